"""Adapters to AWS services other than the table: queues, files, sockets, secrets."""
