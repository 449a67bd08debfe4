"""MISP's library reads the feed of a live node as a stock MISP does, and MISP's conversion takes what we
made of MISP's own JSON."""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

import requests
import stix2
from comity_node import Node
from misp_stix_converter import ExternalSTIX2toMISPParser
from pymisp import MISPAttribute, MISPEvent

COMITY, SHARED = sys.argv[1], pathlib.Path(sys.argv[2])


def an_event():
    event = MISPEvent()
    event.info, event.date, event.published, event.distribution = "Love Bug again", "2026-11-20", True, 3
    event.add_tag("tlp:green")
    event.add_attribute("domain", "worm.example", to_ids=True)
    event.add_attribute("ip-dst", "198.51.100.7", to_ids=True)
    event.add_attribute("filename|md5", "love.vbs|d41d8cd98f00b204e9800998ecf8427e", to_ids=True)
    event.add_attribute("url", "http://worm.example/", to_ids=False)
    event.add_attribute("yara", "rule love { condition: true }", to_ids=True)
    file = event.add_object(name="file", standalone=False)
    file.add_attribute("sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709", to_ids=True)
    file.add_attribute("filename", "love.vbs")
    return event


def import_file(node, file):
    done = subprocess.run(node.command("--as", "ann", "alert", "import", "worms", file),
                          capture_output=True, text=True)
    assert done.returncode in (0, 1), (done.stdout, done.stderr)
    return json.loads(done.stdout)["files"][0]


def check_import(node, folder):
    """What MISP's library writes is taken, twice the same; MISP's conversion reads what we made."""
    file = folder / "event.json"
    file.write_text(json.dumps({"Event": json.loads(an_event().to_json())}))
    first, again = import_file(node, file), import_file(node, file)
    assert first["format"] == "misp" and not first["refused"] and not first["left"], first
    assert first["added"] > 8 and again["added"] == 0 and again["present"] == first["added"], again
    bundle = folder / "bundle.json"
    node.run("alert", "export", "worms", "--out", bundle)
    parser = ExternalSTIX2toMISPParser()
    parser.load_stix_bundle(stix2.parse(bundle.read_text(), allow_custom=True))
    parser.parse_stix_bundle()
    values = {attribute.value for attribute in parser.misp_event.attributes}
    for each in parser.misp_event.objects:
        values |= {attribute.value for attribute in each.attributes}
    assert {"worm.example", "198.51.100.7"} <= values, values


class Feed:
    """As MISP reads a feed: the manifest, then the events that are newer than what it has."""

    def __init__(self, node, token):
        self.node, self.seen = node, {}
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, file, **headers):
        return requests.get(f"http://127.0.0.1:{self.node.port}/misp/worms/{file}",
                            headers={**self.headers, **headers})

    def read(self):
        events = {}
        manifest = self.get("manifest.json").json()
        for uuid, head in manifest.items():
            assert {"Orgc", "Tag", "info", "date", "analysis", "threat_level_id", "timestamp"} <= set(head)
            if int(head["timestamp"]) <= self.seen.get(uuid, 0):
                continue
            event = MISPEvent()
            event.load(self.get(f"{uuid}.json").json())
            assert event.uuid == uuid and int(event.timestamp.timestamp()) == int(head["timestamp"])
            self.seen[uuid] = int(head["timestamp"])
            events[uuid] = event
        return events


def attributes_of(events):
    return {attribute.value: attribute for event in events.values() for attribute in event.attributes}


def check_feed(node, folder):
    feed = Feed(node, node.user("misp", "--bearer", "--read", "worms"))
    node.settle()
    attributes = attributes_of(feed.read())
    domain = attributes["worm.example"]
    assert domain.type == "domain" and domain.to_ids and domain.distribution == 2, domain
    assert [tag.name for tag in domain.tags] == ["tlp:green"]
    assert attributes["198.51.100.7"].type == "ip-dst"
    assert attributes["da39a3ee5e6b4b0d3255bfef95601890afd80709"].type == "sha1"
    assert attributes["rule love { condition: true }"].type == "yara"
    for value, each in attributes.items():
        again = MISPAttribute()
        again.from_dict(type=each.type, category=each.category, value=value)  # MISP's own rules
    hashes = feed.get("hashes.csv").text.splitlines()
    assert any(line.startswith(hashlib.md5(b"worm.example").hexdigest() + ",") for line in hashes)
    assert not feed.read(), "nothing is newer"
    tag = feed.get("manifest.json").headers["ETag"]
    assert feed.get("manifest.json", **{"If-None-Match": tag}).status_code == 304

    listed = folder / "list.txt"
    listed.write_text("bug.example\n")
    import_file(node, listed)
    node.settle()
    assert set(attributes_of(feed.read())) >= {"bug.example"}
    assert feed.get("manifest.json", **{"If-None-Match": tag}).status_code == 200
    return feed


def check_refusals(node, feed):
    url = f"http://127.0.0.1:{node.port}/misp/worms/"
    assert requests.get(url + "manifest.json").status_code == 401
    assert feed.get("00000000-0000-4000-8000-000000000000.json").status_code == 404
    assert feed.get("passwd").status_code == 404
    assert requests.post(url + "manifest.json", headers=feed.headers).status_code == 405
    stranger = node.user("nobody")
    assert requests.get(url + "manifest.json", auth=("nobody", stranger)).status_code == 404
    client = node.user("client", "--standing", "client", "--read", "worms")
    assert requests.get(url + "manifest.json", auth=("client", client)).status_code == 404, "not in the circle"


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        node = Node(COMITY, folder)
        try:
            node.await_taxii()
            node.run("--as", "ann", "alert", "collection", "--title", "Worms", "--alias", "worms")
            check_import(node, folder)
            check_refusals(node, check_feed(node, folder))
        finally:
            node.process.terminate()
            node.process.wait()
    print("MISP's library reads the feed, and what we made of its JSON")


main()
