"""Put one plain event on the chat stream of the embedded cloud; on AWS drop the four variables.

AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=test \
AWS_SECRET_ACCESS_KEY=test python events/samples/put_one.py
"""

import json
import time

import boto3

now = time.time_ns() // 1_000_000  # noqa: TID251
event = {"schema": "chat.v1", "event_id": f"hello-{now}", "channel": "my_channel", "ts": now}
event |= {"user_id": "1", "user": "ada", "text": "hello PogChamp", "emotes": ["PogChamp"]}
event |= {"badges": [], "bits": 0}
kinesis = boto3.client("kinesis")
kinesis.put_record(StreamName="telemetra-chat", Data=json.dumps(event).encode(), PartitionKey="my_channel")
