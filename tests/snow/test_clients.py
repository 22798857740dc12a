"""ServiceNow clients of others, unmodified, against the simulated instance.

`cargo xtask test snow` starts the instances and runs this script. It reads

    SNOW_URL               an instance over plain http, for pysnow, aiosnow and snowloader
    SNOW_TLS_URL           the same world over TLS, for pysnc, which refuses anything else
    REQUESTS_CA_BUNDLE     the file with the authority of its certificate

and ends with the line `N passed, N failed`. Every client reads all incidents, which must be those
of a plain walk by keyset, and asks questions whose answers this script works out by itself.
"""

import asyncio
import datetime
import json
import os
import socket
import sys
import time
import traceback
import urllib.parse
import urllib.request

import aiosnow
import pysnc
import pysnow
import snowloader
from aiosnow.models.table.declared import IncidentModel

URL = os.environ["SNOW_URL"]
TLS_URL = os.environ["SNOW_TLS_URL"]
INCIDENTS = 2500

USER, PASSWORD = "admin", "snow-sim"
CLIENT_ID, CLIENT_SECRET = "5eed0000c11e4f00a0000000000000c1", "snow-sim-secret"
KEY = {"x-sn-apikey": "now_snow-sim-api-key", "accept": "application/json"}
HOST = URL.removeprefix("http://")

# Encoded query, and what it says in Python about a row of plain values.
QUESTIONS = [
    ("state=2", lambda row: row["state"] == "2"),
    ("priority<=2", lambda row: int(row["priority"]) <= 2),
    ("stateIN1,2,3^active=true", lambda row: row["state"] in "123"),
    ("state!=7^ORpriority=1", lambda row: row["state"] != "7" or row["priority"] == "1"),
    (
        "active=false^category=network^ORcategory=software^urgency=1",
        lambda row: row["active"] == "false"
        and row["category"] in ("network", "software")
        and row["urgency"] == "1",
    ),
    (
        "category=hardware^impact=1^NQstate=8^impact=1",
        lambda row: row["impact"] == "1" and (row["category"] == "hardware" or row["state"] == "8"),
    ),
    ("short_descriptionLIKEvpn", lambda row: "vpn" in row["short_description"].lower()),
    ("short_descriptionSTARTSWITHLogin", lambda row: row["short_description"].startswith("Login")),
    ("short_descriptionENDSWITH😢", lambda row: row["short_description"].endswith("😢")),
    ("caller_idISEMPTY", lambda row: row["caller_id"] == ""),
    ("resolved_atISNOTEMPTY^priority=1", lambda row: row["resolved_at"] and row["priority"] == "1"),
    ("opened_at>=2026-01-01 00:00:00", lambda row: row["opened_at"] >= "2026-01-01 00:00:00"),
    (
        "opened_atBETWEEN2025-03-01 00:00:00@2025-03-31 23:59:59",
        lambda row: "2025-03-01 00:00:00" <= row["opened_at"] <= "2025-03-31 23:59:59",
    ),
    ("caller_id.emailISEMPTY^caller_idISNOTEMPTY", lambda row: row["caller_id"] and not row["caller_id.email"]),
    ("caller_id.last_name=Haddad", lambda row: row["caller_id.last_name"] == "Haddad"),
    ("number=INC0000000", lambda row: False),
]

FIELDS = (
    "sys_id number state priority active category impact urgency short_description caller_id "
    "caller_id.email caller_id.last_name opened_at resolved_at sys_updated_on"
).split()


def plain(path, url=URL, method="GET", body=None):
    request = urllib.request.Request(f"{url}{path}", method=method, headers=KEY, data=body)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def incidents():
    """All rows by id, walked by keyset without any of the clients."""
    rows, after = {}, ""
    while True:
        query = f"sys_id>{after}^ORDERBYsys_id" if after else "ORDERBYsys_id"
        asked = urllib.parse.urlencode(
            {
                "sysparm_query": query,
                "sysparm_limit": 700,
                "sysparm_fields": ",".join(FIELDS),
                "sysparm_exclude_reference_link": "true",
            }
        )
        page = plain(f"/api/now/table/incident?{asked}")["result"]
        if not page:
            return rows
        rows |= {row["sys_id"]: row for row in page}
        after = page[-1]["sys_id"]


def answers(question):
    return {id for id, row in WORLD.items() if question(row)}


def same(found, expected, about):
    """Every row once, and no other."""
    found = list(found)
    assert len(found) == len(set(found)), f"{about}: {len(found) - len(set(found))} rows came twice"
    missing, extra = expected - set(found), set(found) - expected
    assert not missing and not extra, f"{about}: {len(missing)} missing, {len(extra)} too many"


def same_values(rows, value):
    """`rows` by id; `value` reads a field of one as the wire has it."""
    for id, row in rows.items():
        for field in ("number", "state", "short_description", "opened_at", "caller_id"):
            assert value(row, field) == WORLD[id][field], (field, row, WORLD[id])


def the_world_is_whole():
    numbers = sorted(row["number"] for row in WORLD.values())
    assert numbers == [f"INC{10001 + at:07}" for at in range(INCIDENTS)]
    for query, question in QUESTIONS[:-1]:
        assert 0 < len(answers(question)) < INCIDENTS, f"{query} asks nothing of this world"


# pysnow: default and empty parameters, booleans with capitals, a streaming parser.


def pysnow_reads_everything_and_filters():
    client = pysnow.Client(host=HOST, user=USER, password=PASSWORD, use_ssl=False)
    resource = client.resource(api_path="/table/incident")
    for stream in (True, False):
        rows = {row["sys_id"]: row for row in resource.get(query={}, stream=stream).all()}
        same(rows, set(WORLD), f"stream={stream}")
    resource.parameters.exclude_reference_link = True
    rows = {row["sys_id"]: row for row in resource.get(query={}).all()}
    same_values(rows, lambda row, field: row[field])
    pages = [
        row["sys_id"]
        for offset in range(0, INCIDENTS, 400)
        for row in resource.get(query="ORDERBYnumber", limit=400, offset=offset).all()
    ]
    same(pages, set(WORLD), "by offset")
    for query, question in QUESTIONS:
        same((row["sys_id"] for row in resource.get(query=query).all()), answers(question), query)
    built = pysnow.QueryBuilder().field("opened_at").greater_than(datetime.datetime(2026, 1, 1))
    built = built.AND().field("category").equals(["network", "database"])
    same(
        (row["sys_id"] for row in resource.get(query=built).all()),
        answers(lambda row: row["opened_at"] > "2026-01-01" and row["category"] in ("network", "database")),
        str(built),
    )


def pysnow_writes():
    resource = pysnow.Client(host=HOST, user=USER, password=PASSWORD, use_ssl=False).resource("/table/incident")
    made = resource.create({"short_description": "pysnow", "impact": "1", "urgency": "1"}).one()
    assert (made["priority"], made["state"]) == ("1", "1"), made
    own = {"sys_id": made["sys_id"]}
    assert resource.update(query=own, payload={"urgency": "3"}).one()["priority"] == "3"
    assert resource.delete(query=own)["status"] == "record deleted"
    assert resource.get(query=own).one_or_none() is None


def pysnow_signs_in_by_oauth():
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    kept = []
    client = pysnow.OAuthClient(
        client_id=CLIENT_ID, client_secret=CLIENT_SECRET, token_updater=kept.append, host=HOST, use_ssl=False
    )
    token = client.generate_token(USER, PASSWORD)
    assert (token["expires_in"], token["token_type"]) == (1799, "Bearer"), token
    client.set_token(token)
    assert len(list(client.resource("/table/incident").get(query={}).all())) == INCIDENTS
    # One that has run out is renewed on the way.
    client.set_token({**token, "expires_at": time.time() - 10})
    assert len(list(client.resource("/table/incident").get(query="state=2").all())) > 0
    assert kept[0]["refresh_token"] == token["refresh_token"]


# aiosnow: value and display value of everything, pages by `Link` alone.


def aiosnow_model():
    client = aiosnow.Client(HOST, basic_auth=(USER, PASSWORD), use_ssl=False)
    return IncidentModel(client, table_name="incident")


async def aiosnow_reads_everything_and_filters():
    async with aiosnow_model() as model:
        rows = [row async for _, row in model.stream(limit=100_000, page_size=300)]
        same((row["sys_id"] for row in rows), set(WORLD), "stream")
        for row in rows:
            plain = WORLD[row["sys_id"]]
            assert (row["state"].key, row["number"]) == (int(plain["state"]), plain["number"])
            assert row["opened_at"] == datetime.datetime.fromisoformat(plain["opened_at"]), row
        for query, question in QUESTIONS:
            found = [row["sys_id"] async for _, row in model.stream(query, limit=100_000, page_size=200)]
            same(found, answers(question), query)
        built = IncidentModel.priority.less_or_equals(2) & IncidentModel.short_description.contains("vpn")
        found = [row["sys_id"] async for _, row in model.stream(built, page_size=50)]
        expected = answers(lambda row: row["priority"] in "12" and "vpn" in row["short_description"].lower())
        same(found, expected, str(built))
        ordered = aiosnow.select(IncidentModel.state != 7).order_asc(IncidentModel.number)
        numbers = [row["number"] async for _, row in model.stream(ordered, page_size=50)]
        assert numbers == sorted(numbers) and len(numbers) == len(answers(lambda row: row["state"] != "7"))


async def aiosnow_writes():
    async with aiosnow_model() as model:
        made = await model.create({"short_description": "aiosnow", "impact": 2, "urgency": 1})
        assert made["priority"].value == "2 - High", made.data
        id = made["sys_id"]
        updated = await model.update(id, {"short_description": "aiosnow again"})
        assert updated["short_description"] == "aiosnow again"
        one = await model.get_one(IncidentModel.sys_id == id)
        assert one["short_description"] == "aiosnow again"
        await model.delete(id)


# snowloader: walks to an empty page, notices repeated ones, counts by stats, finds deletes.


def snowloader_connection(**options):
    # Its rule for addresses wants a name with a dot. Here it is this machine's.
    real = socket.getaddrinfo
    local = lambda host, *rest, **more: real("127.0.0.1" if host == NAME else host, *rest, **more)
    socket.getaddrinfo = local
    port = urllib.parse.urlsplit(URL).port
    options = {"username": USER, "password": PASSWORD, "display_value": "false"} | options
    return snowloader.SnowConnection(f"http://{NAME}:{port}", **options)


NAME = "contoso.localhost"


def snowloader_reads_everything_and_filters():
    link = lambda value: value["value"] if isinstance(value, dict) else value
    with snowloader_connection(page_size=700) as snow:
        assert snow.get_count("incident") == INCIDENTS
        rows = {row["sys_id"]: row for row in snow.get_records("incident", verify=True)}
        same(rows, set(WORLD), "all, verified")
        same_values(rows, lambda row, field: link(row[field]))
        same((row["sys_id"] for row in snow.concurrent_get_records("incident")), set(WORLD), "at once")
        for query, question in QUESTIONS:
            assert snow.get_count("incident", query) == len(answers(question)), query
            same((row["sys_id"] for row in snow.get_records("incident", query=query)), answers(question), query)
        since = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        found = (row["sys_id"] for row in snow.get_records("incident", since=since))
        same(found, answers(lambda row: row["sys_updated_on"] > "2026-01-01 00:00:00"), "since")
    with snowloader_connection(page_size=300, order_by="sys_id") as snow:
        same((row["sys_id"] for row in snow.get_records("incident", keyset=True)), set(WORLD), "by keyset")
    for options in ({"username": None, "password": None}, {}):
        with snowloader_connection(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, **options) as snow:
            assert len(list(snow.get_records("incident", query="state=2"))) > 0


def snowloader_sees_what_came_went_and_changed():
    with snowloader_connection(page_size=500) as snow:
        now = plain("/_sim/clock")["now"]
        plain("/_sim/clock", method="POST", body=b'{"jump":60}')
        since = datetime.datetime.fromisoformat(now) + datetime.timedelta(seconds=30)
        ids = [
            plain("/_sim/edits", method="POST", body=json.dumps([{"table": "incident", "set": {"number": number}}]).encode())[0]
            for number in ("CAME", "WENT")
        ]
        changed = next(iter(WORLD))
        edits = [
            {"table": "incident", "sys_id": ids[1], "delete": True},
            {"table": "incident", "sys_id": changed, "set": {"description": "changed"}, "touch": True},
        ]
        plain("/_sim/edits", method="POST", body=json.dumps(edits).encode())
        report = snow.reconcile("incident", since=since)
        assert [row["sys_id"] for row in report.added] == [ids[0]], report
        assert [row["sys_id"] for row in report.updated] == [changed], report
        assert [row["sys_id"] for row in report.deleted] == [ids[1]], report


# pysnc, by ServiceNow: GlideRecord over TLS.


def pysnc_records(batch=500):
    client = pysnc.ServiceNowClient(TLS_URL, (USER, PASSWORD))
    return client.GlideRecord("incident", batch_size=batch)


def pysnc_reads_everything_and_filters():
    records = pysnc_records()
    records.order_by("number")
    records.query()
    assert records.get_row_count() == INCIDENTS
    rows = {str(record.sys_id): record.serialize() for record in records}
    same(rows, set(WORLD), "all")
    same_values(rows, lambda row, field: row[field])
    for query, question in QUESTIONS:
        records = pysnc_records(batch=100)
        records.add_encoded_query(query)
        records.order_by("sys_id")
        records.query()
        same((str(record.sys_id) for record in records), answers(question), query)
    records = pysnc_records()
    records.add_active_query()
    records.add_query("priority", "<=", "2").add_or_condition("impact", "1")
    records.add_not_null_query("caller_id")
    records.query()
    expected = answers(
        lambda row: row["active"] == "true"
        and (row["priority"] in "12" or row["impact"] == "1")
        and row["caller_id"]
    )
    same((str(record.sys_id) for record in records), expected, "conditions")


def pysnc_asks_too_much_for_an_address():
    """Long queries go through the batch API."""
    some = sorted(WORLD)[:400]
    records = pysnc_records()
    records.add_query("sys_id", "IN", ",".join(some))
    records.query()
    same((str(record.sys_id) for record in records), set(some), "400 ids")


def pysnc_writes():
    record = pysnc_records()
    record.initialize()
    record.short_description = "pysnc"
    id = record.insert()
    record = pysnc_records()
    assert record.get(str(id)) and record.state.get_display_value() == "New"
    record.short_description = "pysnc again"
    assert record.update()
    assert pysnc_records().get("short_description", "pysnc again")
    assert record.delete()
    assert not pysnc_records().get(str(id))


TESTS = [
    the_world_is_whole,
    pysnow_reads_everything_and_filters,
    pysnow_writes,
    pysnow_signs_in_by_oauth,
    aiosnow_reads_everything_and_filters,
    aiosnow_writes,
    snowloader_reads_everything_and_filters,
    snowloader_sees_what_came_went_and_changed,
    pysnc_reads_everything_and_filters,
    pysnc_asks_too_much_for_an_address,
    pysnc_writes,
]


def main():
    global WORLD
    plain("/_sim/snapshot", method="POST", body=b"{}")
    WORLD = incidents()
    failed = 0
    for test in TESTS:
        began = time.monotonic()
        try:
            plain("/_sim/restore", method="POST", body=b"{}")
            asyncio.run(test()) if asyncio.iscoroutinefunction(test) else test()
            print(f"test {test.__name__} ... ok ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"test {test.__name__} ... FAILED\n{traceback.format_exc()}", flush=True)
    print(f"{len(TESTS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
