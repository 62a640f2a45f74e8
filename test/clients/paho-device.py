"""A device as an integrator writes it with paho: what it was told is acknowledged, it prints as one line of JSON."""
import json
import os
import signal
import sys
import time

import paho.mqtt.client as mqtt

spec = json.loads(sys.argv[1])
acknowledged = []
connects = []
seq_by_mid = {}
early = set()


def on_connect(client, userdata, flags, rc):
    connects.append(rc)


def acknowledge(mid):
    acknowledged.append(seq_by_mid[mid])


def on_publish(client, userdata, mid):
    # The acknowledgement may arrive before publish() has returned the id.
    if mid in seq_by_mid:
        acknowledge(mid)
    else:
        early.add(mid)


client = mqtt.Client(client_id=spec["clientId"], clean_session=spec["clean"], protocol=mqtt.MQTTv311)
client.username_pw_set(spec["username"], spec["password"])
client.on_connect = on_connect
client.on_publish = on_publish
client.reconnect_delay_set(0.05, 0.2)
client.max_inflight_messages_set(spec.get("window", 20))
if "will" in spec:
    client.will_set(spec["will"]["topic"], spec["will"]["payload"], qos=1, retain=True)
while True:
    # The network that cuts it may do so in the middle of the first connect.
    try:
        client.connect("127.0.0.1", spec["port"], keepalive=5)
        break
    except OSError:
        time.sleep(0.05)
client.loop_start()

for seq in range(1, spec["messages"] + 1):
    payload = '{"ts":%d,"seq":%d}' % (1790000000000 + seq, seq)
    info = client.publish(spec["topic"], payload, qos=spec["qos"], retain=spec.get("retain", False))
    seq_by_mid[info.mid] = seq
    if info.mid in early:
        early.discard(info.mid)
        acknowledge(info.mid)
    if spec.get("everyMs"):
        time.sleep(spec["everyMs"] / 1000)

deadline = time.monotonic() + spec.get("patienceSeconds", 20)
while len(acknowledged) < spec["messages"] and time.monotonic() < deadline:
    time.sleep(0.01)

print(json.dumps({"acknowledged": acknowledged, "connects": connects}), flush=True)
if spec.get("ends") == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
client.disconnect()
client.loop_stop()
