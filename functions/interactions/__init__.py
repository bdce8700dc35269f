"""Discord's edge: signed interactions and webhook events in, one answer out within three seconds."""
