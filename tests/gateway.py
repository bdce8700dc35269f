"""API Gateway's management API in memory."""

from __future__ import annotations

import threading

from botocore.exceptions import ClientError


class Gateway:
    """The management API: `trouble` maps a connection to what its call raises; calls that `meet` wait for each other."""

    def __init__(self):
        self.trouble = {}
        self.delivered = {}
        self.closed = []
        self.meet = None
        self.posted = []
        self.lock = threading.Lock()
        self.at_once = self.most_at_once = 0

    def post_to_connection(self, *, ConnectionId, Data):  # noqa: N803 - boto3's names
        with self.lock:
            self.at_once += 1
            self.posted.append(ConnectionId)
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.meet:
                self.meet.wait(timeout=10)
            if ConnectionId in self.trouble:
                raise self.trouble[ConnectionId]
            self.delivered[ConnectionId] = Data
        finally:
            with self.lock:
                self.at_once -= 1

    def delete_connection(self, *, ConnectionId):  # noqa: N803 - boto3's names
        self.closed.append(ConnectionId)
        if ConnectionId in self.trouble:
            raise self.trouble[ConnectionId]


def refusal(code):
    return ClientError({"Error": {"Code": code, "Message": ""}}, "PostToConnection")
