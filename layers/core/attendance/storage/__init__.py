"""The one DynamoDB table: `keys` names every key shape, `table` talks to DynamoDB, one module an entity maps items."""
