"""Prints one row of the sentinel's table from a run's folder: how near each rule came to its warning (1 is the limit), and the events.

usage: sentinel-row.py NAME FOLDER OPTIONS WORK-FOLDER
"""
import json
import os
import sys

name, folder, options, work = sys.argv[1:]
code = open(folder + ".exit").read().strip()
summary_path = os.path.join(folder, "summary.json")
summary = json.load(open(summary_path)) if os.path.exists(summary_path) else {}
nearest = {rule["rule"]: rule for rule in summary.get("sentinel", [])}
events_path = os.path.join(folder, "events.jsonl")
events = [json.loads(line) for line in open(events_path)] if os.path.exists(events_path) else []


def share(rule):
    if rule not in nearest:
        return ""
    value = nearest[rule]["share"]
    return "over 100" if value is None or value > 100 else f"{value:.2f}"


said = []
for event in events:
    text = f"{event['kind']} {event['reason']} at {event['update']:,}" if event["reason"] else event["kind"]
    if event["kind"] == "rollback":
        text += f" (sign at {int(event['figures']['first_sign']):,}) to {event['changed']['back_to']:,}"
    said.append(text)
most = 6
if len(said) > most:
    said = said[: most - 1] + [f"and {len(said) - most + 1} more"]
standing = [warning["reason"] for warning in summary.get("warnings", [])]
if standing:
    said.append("at the end: " + ", ".join(standing))
rules = ["energies_run_away", "gap_grows", "gradient_norm", "walls", "buffer_alike", "chains_stuck", "chains_jump"]
cells = [name, "`" + options.replace(work + "/data/", "") + "`", f"{summary.get('steps', 0):,}", code]
cells += [share(rule) for rule in rules] + ["; ".join(said) or "nothing"]
print("| " + " | ".join(cells) + " |", flush=True)
