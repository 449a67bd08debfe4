"""The reference TAXII client, the reference STIX library and the validator against a live node.

A node is founded in a temporary folder and served on loopback; everything else is as any TAXII client
would do it."""
import json
import pathlib
import subprocess
import sys
import tempfile

import requests
import stix2
from stix2validator import ValidationOptions, validate_instance
from comity_node import Node
from taxii2client.v21 import ApiRoot, Collection, Server, as_pages

COMITY, SHARED = sys.argv[1], pathlib.Path(sys.argv[2])
ACCEPT = "application/taxii+json;version=2.1"


def indicators(count):
    return [stix2.Indicator(name=f"worm {n}", pattern=f"[domain-name:value = 'w{n}.example']",
                            pattern_type="stix", valid_from="2026-11-01T00:00:00Z")
            for n in range(count)]


def everything(get, per_request, **filters):
    objects = []
    for page in as_pages(get, per_request=per_request, **filters):
        objects += page.get("objects", [])
    return objects


def check_discovery(node, auth):
    server = Server(node.url(), user=auth[0], password=auth[1])
    assert server.title == "CSIRT (invented)"
    assert [root.url for root in server.api_roots] == [node.url("default/")]
    root = server.default
    assert ACCEPT in root.versions and root.max_content_length > 0
    assert [each.title for each in root.collections] == ["Worms"]
    return root.collections[0]


def check_errors(node, auth):
    get = lambda path, **headers: requests.get(node.url(path), auth=auth, headers=headers)
    refused = requests.get(node.url(), headers={"Accept": ACCEPT})
    assert refused.status_code == 401 and "Basic" in refused.headers["WWW-Authenticate"]
    wrong = requests.get(node.url(), auth=(auth[0], "wrong"), headers={"Accept": ACCEPT})
    assert wrong.status_code == 401 and wrong.headers["Content-Type"] == ACCEPT
    assert get("", Accept="application/taxii+json").status_code == 200
    assert get("", Accept="application/json").status_code == 406
    assert get("none/", Accept=ACCEPT).status_code == 404
    assert get("default/collections/none/", Accept=ACCEPT).status_code == 404
    posted = requests.post(node.url("default/collections/worms/objects/"), auth=auth, data="{}",
                           headers={"Accept": ACCEPT, "Content-Type": "application/json"})
    assert posted.status_code == 415
    for query in ("limit=0", "limit=x", "added_after=never", "match[type]=a&match[type]=b", "match[x]=y"):
        answer = get("default/collections/worms/objects/?" + query, Accept=ACCEPT)
        assert answer.status_code == 400 and answer.json()["title"], query


def check_objects(collection):
    given = indicators(250)
    status = collection.add_objects({"objects": [json.loads(each.serialize()) for each in given] + [
        {"type": "indicator", "id": "indicator--not-a-uuid"}]})
    assert (status.total_count, status.success_count, status.failure_count) == (251, 250, 1), status
    assert status.status == "complete" and "indicator--not-a-uuid" in status.failures[0]["id"]
    seen = everything(collection.get_objects, 40)
    assert [each["id"] for each in seen] == [each.id for each in given]
    for before, after in zip(given, seen):
        assert json.loads(before.serialize()) == after
        found = validate_instance(after, ValidationOptions(version="2.1"))
        assert found.is_valid, found.errors
    manifest = everything(collection.get_manifest, 70)
    assert [each["id"] for each in manifest] == [each.id for each in given]
    dates = [each["date_added"] for each in manifest]
    assert dates == sorted(dates) and len(set(dates)) == len(dates)
    after = collection.get_objects(added_after=dates[199])
    assert [each["id"] for each in after["objects"]] == [each.id for each in given[200:]][:100]
    assert collection.get_objects(type="malware") == {}
    return given


def check_versions(collection, given):
    later = given[3].new_version(name="worm 3, again")
    collection.add_objects({"objects": [json.loads(later.serialize())]})
    assert collection.get_object(given[3].id)["objects"] == [json.loads(later.serialize())]
    both = collection.get_object(given[3].id, version="all")["objects"]
    assert [each["name"] for each in both] == ["worm 3", "worm 3, again"]
    first = collection.get_objects(id=given[3].id, version="first")["objects"]
    assert [each["name"] for each in first] == ["worm 3"]
    versions = collection.object_versions(given[3].id)["versions"]
    assert len(versions) == 2 and versions == sorted(versions)
    assert len(everything(collection.get_objects, 100)) == 250


def raw_objects(text):
    """The objects of an envelope or a bundle, each as the bytes it is written in."""
    at, found, decoder = text.index("[", text.index('"objects"')) + 1, [], json.JSONDecoder()
    while True:
        while text[at] in " \r\n\t,":
            at += 1
        if text[at] == "]":
            return found
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end])
        at = end


def raw_pages(node, collection, auth):
    found, further = [], {}
    while True:
        answer = requests.get(node.url(f"default/collections/{collection}/objects/"), auth=auth,
                              headers={"Accept": ACCEPT},
                              params={"limit": 500, "match[version]": "all",
                                      "match[spec_version]": "2.0,2.1"} | further)
        assert answer.status_code == 200, answer.text
        text = answer.content.decode()
        found += raw_objects(text) if text != "{}" else []
        if not answer.json().get("more"):
            return found
        further = {"next": answer.json()["next"]}


def check_emitted(node, auth, given):
    """What the node writes itself, a version that revokes, is as valid as what it was given."""
    node.run("--as", "ann", "alert", "recall", given[5].id, "--why", "a honeypot")
    emitted = [json.loads(each) for each in raw_pages(node, "worms", auth)]
    assert sum(1 for each in emitted if each.get("revoked")) == 1, len(emitted)
    bundle = node.folder / "worms.json"
    node.run("alert", "export", "worms", "--out", bundle)
    found = validate_instance(json.loads(bundle.read_text()), ValidationOptions(version="2.1"))
    assert found.is_valid, found.errors
    for each in emitted:
        found = validate_instance(each, ValidationOptions(version="2.1"))
        assert found.is_valid, found.errors


def check_bearer(node):
    token = node.user("siem", "--bearer", "--read", "worms")
    answer = requests.get(node.url("default/collections/worms/objects/?limit=2"),
                          headers={"Accept": ACCEPT, "Authorization": f"Bearer {token}"})
    assert answer.status_code == 200 and answer.json()["more"] is True
    for header in ("X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"):
        assert answer.headers[header].endswith("Z") and len(answer.headers[header]) == 27
    posted = requests.post(node.url("default/collections/worms/objects/"), data='{"objects":[]}',
                           headers={"Accept": ACCEPT, "Content-Type": ACCEPT,
                                    "Authorization": f"Bearer {token}"})
    assert posted.status_code == 403
    node.run("--as", "ann", "alert", "user-remove", "siem")
    again = requests.get(node.url(), headers={"Accept": ACCEPT, "Authorization": f"Bearer {token}"})
    assert again.status_code == 401


def check_bundles(node, auth):
    bundles = sorted(each for each in SHARED.glob("*") if each.suffix in (".json", ".stix2"))
    if not bundles:
        print("SKIPPED in part: there are no public bundles beside the project")
    for number, bundle in enumerate(bundles):
        node.run("--as", "ann", "alert", "collection", "--title", bundle.name)
        done = subprocess.run(node.command("--as", "ann", "alert", "import", bundle.name, bundle),
                              capture_output=True, text=True)
        taken = json.loads(done.stdout)["files"][0]
        made = next(each["id"] for each in node.run("alert", "collections")
                    if each["title"] == bundle.name)
        name = f"reader_{number}"
        secret = node.user(name, "--read", made)
        seen, given = raw_pages(node, made, (name, secret)), raw_objects(bundle.read_text())
        assert len(seen) == taken["added"], (bundle.name, len(seen), taken["added"])
        assert len(given) == taken["given"] and set(seen) <= set(given), bundle.name
        print(f"{bundle.name}: {taken['given']} given, {taken['added']} taken, "
              f"{taken['present']} twice, {len(taken['refused'])} refused, "
              f"all read back byte for byte")


def main():
    with tempfile.TemporaryDirectory() as folder:
        node = Node(COMITY, pathlib.Path(folder))
        try:
            node.await_taxii()
            node.run("--as", "ann", "alert", "collection", "--title", "Worms", "--alias", "worms")
            auth = ("feed", node.user("feed", "--read", "worms", "--write", "worms"))
            collection = check_discovery(node, auth)
            check_errors(node, auth)
            given = check_objects(collection)
            check_versions(collection, given)
            check_emitted(node, auth, given)
            check_bearer(node)
            check_bundles(node, auth)
        finally:
            node.process.terminate()
            node.process.wait()
    print("the reference client, library and validator are content")


main()
