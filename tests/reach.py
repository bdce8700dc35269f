"""What each function's code can reach: AWS actions and settings, found by reading the code.

A graph of definitions (functions, classes, and each module's own statements) with an edge for every name that one uses
of another. From all definitions of one folder under functions/, whatever can be reached counts: this grants a little too
much rather than too little, and sees every branch, which no run does. It relies on the project's own rules: only
storage/table.py speaks to DynamoDB, only wiring.py makes adapters, only config.py reads the environment.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]

# A method of the table, or a write handed to it -> the permission that it takes.
READS = {"get": "GetItem", "get_many": "BatchGetItem", "query": "Query", "query_all": "Query"}
WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Check": "ConditionCheckItem"}
FILES = {
    "link": {"s3:GetObject": "/*"},
    "store": {"s3:PutObject": "/*", "s3:AbortMultipartUpload": "/*"},
    "remove_all": {"s3:ListBucket": "", "s3:DeleteObject": "/*"},
}
BUCKETS = {"files": "ReportsBucket", "erasure_records": "ErasuresBucket"}
"""What the owner of a file's method is called -> its bucket."""

TABLE = "attendance.storage.table"

_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

type Node = tuple[str, str]  # module, definition ("" for the module's own statements)


@dataclass
class Module:
    """One module: what its names mean, and its definitions."""

    name: str
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)


@dataclass
class Reach:
    """What one function can reach.

    `indexes` are those queried; None stands for the table itself. `objects` are what it may do in buckets, with the resources.
    """

    table: set[str] = field(default_factory=set)
    indexes: set[str | None] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    objects: dict[str, set[str]] = field(default_factory=dict)
    queues: set[str] = field(default_factory=set)
    settings: set[str] = field(default_factory=set)


def _read(name: str, path: Path) -> Module:
    module = Module(name)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    types_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in types_only:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module.imports[alias.asname or alias.name] = (node.module, alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                module.imports[alias.asname or alias.name.partition(".")[0]] = (alias.name, "")
    for statement in tree.body:
        if id(statement) in types_only or isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        names = [statement.name] if isinstance(statement, _NAMED) else _assigned(statement) or [""]
        for one in names:
            module.definitions.setdefault(one, []).append(statement)
    return module


def _assigned(statement: ast.stmt) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


@cache
def modules() -> dict[str, Module]:
    """Every module of the functions and of the core layer, by its import path."""
    found = {}
    for root in (ROOT / "functions", ROOT / "layers" / "core"):
        for path in root.rglob("*.py"):
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            found[name] = _read(name, path)
    return found


def _resolve(module: str, name: str, attribute: str | None) -> Node | None:
    """What `name` or `name.attribute` in a module stands for, where that is a definition of ours."""
    known = modules()
    if name in known[module].definitions:
        return module, name
    if name not in known[module].imports:
        return None
    source, imported = known[module].imports[name]
    submodule = f"{source}.{imported}" if imported else source
    if submodule in known:
        if attribute in known[submodule].definitions:
            return submodule, attribute
        return _resolve(submodule, attribute, None) if attribute in known[submodule].imports else None
    if source in known and imported in known[source].definitions:
        return source, imported
    return None


def _edges(node: Node) -> set[Node]:
    module, name = node
    edges = set()
    for statement in modules()[module].definitions[name]:
        for inner in ast.walk(statement):
            target = None
            if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
                target = _resolve(module, inner.value.id, inner.attr)
            elif isinstance(inner, ast.Name):
                target = _resolve(module, inner.id, None)
            if target:
                edges.add(target)
    return edges


def _reachable(folder: str) -> set[Node]:
    waiting = [
        (name, definition)
        for name, module in modules().items()
        if name == folder or name.startswith(f"{folder}.")
        for definition in module.definitions
    ]
    seen: set[Node] = set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            # The table's own module can do everything: what counts is who hands it which write.
            waiting.extend(() if node[0] == TABLE else _edges(node))
    return seen


def reach(folder: str) -> Reach:
    """What the function in this folder can reach."""
    found = Reach()
    for module, name in _reachable(folder):
        if module == TABLE:
            if name in WRITES:
                found.table.add(WRITES[name])
            continue
        for statement in modules()[module].definitions[name]:
            for inner in ast.walk(statement):
                if isinstance(inner, ast.Call):
                    _note_call(found, inner)
        if module == "attendance.config":
            found.settings |= _names_read(modules()[module].definitions[name])
        if (module, name) == ("attendance.wiring", "secrets"):
            found.actions.add("secretsmanager:GetSecretValue")
        if (module, name) == ("attendance.wiring", "sockets"):
            found.actions.add("execute-api:ManageConnections")
    found.settings |= {f"{queue.upper()}_QUEUE_URL" for queue in found.queues}
    return found


def _note_call(found: Reach, call: ast.Call) -> None:
    if isinstance(call.func, ast.Attribute):
        method, owner = call.func.attr, ast.unparse(call.func.value)
        if method in READS and owner.rpartition(".")[2].strip("_()") == "table":
            found.table.add(READS[method])
            if READS[method] == "Query":
                index = next((one.value for one in call.keywords if one.arg == "index"), None)
                found.indexes.add(str(index.value) if isinstance(index, ast.Constant) else None)
        bucket = next((bucket for name, bucket in BUCKETS.items() if name in owner), None)
        if method in FILES and bucket:
            for action, those in FILES[method].items():
                resource = f"${{{bucket}.Arn}}{those}" if those else f"{bucket}.Arn"
                found.objects.setdefault(action, set()).add(resource)
    named = ast.unparse(call.func).rpartition(".")[2]
    if named == "queue" and call.args and isinstance(call.args[0], ast.Constant):
        found.queues.add(str(call.args[0].value))


def _names_read(statements: list[ast.stmt]) -> set[str]:
    """The variables that an accessor of config.py reads: its texts in capitals."""
    texts = [
        inner.value
        for statement in statements
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    ]
    return {text for text in texts if text == "STAGE" or re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text)}
