"""The published contract: shapes of answers and messages, and the OpenAPI and AsyncAPI documents made of them."""
