"""What deploys, runs and watches the system; nothing here runs on Lambda."""
