"""What the queue and the topic of alerts do."""

from __future__ import annotations

import json
from dataclasses import replace

from local.cloud import Cloud
from telemetra.adapters.alerts import SnsTopic, SqsErrands, errand_of
from telemetra.application.alert_ports import Delivery, Errand, Look, Target
from telemetra.config import Settings
from tests.contracts.conftest import Queue

DELIVERY = Delivery("alpha", Target.WEBHOOK, {"id": "alert_1", "sentence": "é ✨", "value": 1.5})


def test_errands_arrive_as_they_were_sent(settings: Settings, queue: Queue) -> None:
    errands: list[Errand] = [Look("alpha"), DELIVERY]
    SqsErrands(replace(settings, alerts_queue_url=queue.url)).send(errands)
    assert sorted(map(errand_of, queue()), key=repr) == sorted(errands, key=repr)


def test_a_message_put_off_stays_away_for_that_long(settings: Settings, queue: Queue, cloud: Cloud) -> None:
    errands = SqsErrands(replace(settings, alerts_queue_url=queue.url))
    errands.send([Look("alpha")])
    sqs = cloud.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=queue.url, VisibilityTimeout=0)["Messages"]
    (message,) = sqs.receive_message(QueueUrl=queue.url)["Messages"]
    errands.later(message["ReceiptHandle"], 900)
    assert queue() == []
    errands.later(message["ReceiptHandle"], 0)
    assert len(queue()) == 1


def test_a_subscriber_of_the_topic_gets_the_alert_and_what_to_filter_by(
    settings: Settings, queue: Queue, cloud: Cloud
) -> None:
    sns, sqs = cloud.client("sns"), cloud.client("sqs")
    topic = sns.create_topic(Name=f"{settings.prefix}-alerts")["TopicArn"]
    arn = sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    SnsTopic(replace(settings, alerts_topic_arn=topic)).publish('{"id":"alert_1"}', {"stream_id": "alpha"})
    (body,) = map(json.loads, queue())
    assert body["Message"] == '{"id":"alert_1"}'
    assert body["MessageAttributes"]["stream_id"]["Value"] == "alpha"
