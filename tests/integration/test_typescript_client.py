"""A TypeScript client generated from the contract compiles under `strict`, and refuses what the API would refuse."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from dashboard.app import app

PINNED = {"openapi-typescript": "7.13.0", "typescript": "5.9.3", "openapi-fetch": "0.17.0"}
OPTIONS = ["--default-non-nullable=false"]  # a field with a default may be left out
GOOD = """
import createClient from "openapi-fetch";
import type { components, paths } from "./api";

const client = createClient<paths>({ baseUrl: "https://api.example.com", headers: { Authorization: "Bearer x" } });

export async function rename(guild_id: string, event_id: string): Promise<string> {
  const path = { guild_id, event_id };
  const shown = await client.GET("/api/v1/guilds/{guild_id}/events/{event_id}", { params: { path } });
  if (shown.error) throw new Error(shown.error.code);
  const edited = await client.PATCH("/api/v1/guilds/{guild_id}/events/{event_id}", {
    params: { path, header: { "If-Match": shown.response.headers.get("ETag") ?? "*" } },
    body: { title: "Onyxia" },
  });
  const event: components["schemas"]["EventOut"] | undefined = edited.data;
  return event?.title ?? "";
}
"""
BAD = GOOD.replace('body: { title: "Onyxia" }', "body: { title: 5 }")
SETTINGS = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with the tools and the client's types."""
    if shutil.which("npm") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("npm is missing: CI has to try the TypeScript client")
        pytest.skip("npm is missing: install Node.js to try the TypeScript client")
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": PINNED}))
    (folder / "openapi.json").write_text(json.dumps(app.openapi()))
    run(folder, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
    run(folder, "npx", "--no-install", "openapi-typescript", "openapi.json", *OPTIONS, "--output", "api.ts")
    return folder


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def compiled(folder, text):
    (folder / "client.ts").write_text(text)
    command = ["npx", "--no-install", "tsc", *SETTINGS, "client.ts"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.full
def test_a_generated_client_compiles_under_strict(project):
    done = compiled(project, GOOD)
    assert done.returncode == 0, done.stdout


@pytest.mark.full
def test_the_compiler_finds_a_value_of_the_wrong_kind(project):
    done = compiled(project, BAD)
    assert "'number' is not assignable to type 'string'" in done.stdout
