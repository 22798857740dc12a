"""Microsoft's Python SDK against a running nowgraph: only base URL and credential differ.

`cargo xtask test sdk` starts the servers, makes the tokens and runs this script. It reads

    NOWGRAPH_URL, NOWGRAPH_TOKEN, NOWGRAPH_READ_TOKEN     a server, its writing and reading callers
    NOWGRAPH_LIMITED_URL, NOWGRAPH_LIMITED_TOKEN          a server that takes 3 requests a second

and ends with the line `N passed, N failed`.
"""

import asyncio
import json
import os
import re
import sys
import time
import traceback
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone

from azure.core.credentials import AccessToken
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph_beta import GraphServiceClient
from msgraph_beta.generated.device_management.service_now_connections.service_now_connections_request_builder import (
    ServiceNowConnectionsRequestBuilder,
)
from msgraph_beta.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_beta.generated.models.service_now_connection import ServiceNowConnection
from msgraph_beta.generated.models.service_now_connection_status import ServiceNowConnectionStatus
from msgraph_beta.generated.models.service_now_oauth_secret_authentication import (
    ServiceNowOauthSecretAuthentication,
)
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks.page_iterator import PageIterator

URL = os.environ["NOWGRAPH_URL"]
TOKEN = os.environ["NOWGRAPH_TOKEN"]
READ_TOKEN = os.environ["NOWGRAPH_READ_TOKEN"]
LIMITED_URL = os.environ["NOWGRAPH_LIMITED_URL"]
LIMITED_TOKEN = os.environ["NOWGRAPH_LIMITED_TOKEN"]

COLLECTION = "/deviceManagement/serviceNowConnections"
ENABLED = ServiceNowConnectionStatus.Enabled
DISABLED = ServiceNowConnectionStatus.Disabled
Query = ServiceNowConnectionsRequestBuilder.ServiceNowConnectionsRequestBuilderGetQueryParameters


class Credential:
    """Hands out one token, as any credential of azure-identity would."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *scopes, **options):
        return AccessToken(self.token, int(time.time()) + 3600)


def client(token=TOKEN, url=URL):
    client = GraphServiceClient(Credential(token))
    client.request_adapter.base_url = url
    return client


def connections(token=TOKEN, url=URL):
    return client(token, url).device_management.service_now_connections


def connection(app_id="App Id value", status=ENABLED):
    """The body of the documented create example."""
    return ServiceNowConnection(
        instance_url="https://example.com/instanceUrl/",
        incident_api_url="https://example.com/incidentApiUrl/",
        authentication_method=ServiceNowOauthSecretAuthentication(
            odata_type="#microsoft.graph.serviceNowOauthSecretAuthentication", app_id=app_id
        ),
        service_now_connection_status=status,
        last_queried_date_time=datetime(
            2017, 1, 1, 0, 0, 30, 527314, timezone(timedelta(hours=-8))
        ),
    )


def query(**options):
    return RequestConfiguration(query_parameters=Query(**options))


async def refusal(awaitable):
    """The error that the call must end with."""
    try:
        await awaitable
    except ODataError as error:
        return error
    raise AssertionError("the call was not refused")


def raw(method, path, body=None, token=TOKEN, url=URL):
    """Status, headers and JSON of a request without the SDK."""
    request = urllib.request.Request(
        url + path, method=method, headers={"Authorization": f"Bearer {token}"}
    )
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
            return response.status, response.headers, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.loads(error.read())


def same(found, expected):
    assert found == expected, f"{found!r} instead of {expected!r}"


async def empty_store_lists_nothing():
    page = await connections().get()
    same(page.value, [])
    same(page.odata_next_link, None)
    same(await connections().count.get(), 0)


async def created_connection_is_returned():
    created = await connections().post(connection())
    uuid.UUID(created.id)
    same(created.instance_url, "https://example.com/instanceUrl/")
    same(created.incident_api_url, "https://example.com/incidentApiUrl/")
    assert isinstance(created.authentication_method, ServiceNowOauthSecretAuthentication)
    same(created.authentication_method.app_id, "App Id value")
    same(created.service_now_connection_status, ENABLED)
    same(created.last_queried_date_time, connection().last_queried_date_time)
    same(await connections().count.get(), 1)

    fetched = await connections().by_service_now_connection_id(created.id).get()
    for name in (
        "id",
        "instance_url",
        "incident_api_url",
        "service_now_connection_status",
        "created_date_time",
        "last_modified_date_time",
        "last_queried_date_time",
    ):
        same(getattr(fetched, name), getattr(created, name))
    same(fetched.authentication_method.app_id, "App Id value")


async def dates_have_a_time_zone():
    before = datetime.now(timezone.utc) - timedelta(minutes=1)
    created = await connections().post(connection())
    for date in (created.created_date_time, created.last_modified_date_time):
        same(date.utcoffset(), timedelta(0))
        assert before < date < datetime.now(timezone.utc) + timedelta(minutes=1), date
    same(created.last_queried_date_time.utcoffset(), timedelta(0))


async def fresh_object_patches_what_it_sets():
    created = await connections().post(connection())
    item = connections().by_service_now_connection_id(created.id)
    patched = await item.patch(ServiceNowConnection(service_now_connection_status=DISABLED))
    same(patched.service_now_connection_status, DISABLED)
    same(patched.instance_url, created.instance_url)
    same(patched.authentication_method.app_id, "App Id value")
    same(patched.created_date_time, created.created_date_time)
    assert patched.last_modified_date_time > created.last_modified_date_time
    same((await item.get()).service_now_connection_status, DISABLED)


async def fetched_object_can_be_sent_back():
    created = await connections().post(connection())
    item = connections().by_service_now_connection_id(created.id)
    # Seven digits, of which the SDK sends back six.
    exact = {"lastQueriedDateTime": "2017-01-01T08:00:30.0527314Z"}
    exact = raw("PATCH", f"{COLLECTION}/{created.id}", exact)[2]
    same(exact["lastQueriedDateTime"], "2017-01-01T08:00:30.0527314Z")
    fetched = await item.get()
    fetched.incident_api_url = "/api/now/table/incident"
    patched = await item.patch(fetched)
    same(patched.incident_api_url, "/api/now/table/incident")
    after = raw("GET", f"{COLLECTION}/{created.id}")[2]
    changed = {name for name in exact if after[name] != exact[name]}
    same(changed, {"incidentApiUrl", "lastModifiedDateTime"})


async def empty_patch_changes_nothing():
    created = await connections().post(connection())
    item = connections().by_service_now_connection_id(created.id)
    patched = await item.patch(ServiceNowConnection())
    same(patched.id, created.id)
    same(patched.last_modified_date_time, created.last_modified_date_time)


async def pages_are_walked():
    expected = {(await connections().post(connection(f"app {n}"))).id for n in range(7)}
    api = client()
    page = await api.device_management.service_now_connections.get(query(top=3, count=True))
    same(len(page.value), 3)
    same(page.odata_count, 7)
    assert page.odata_next_link.startswith(URL + "/"), page.odata_next_link
    seen = []
    await PageIterator(page, api.request_adapter).iterate(lambda item: seen.append(item.id) or True)
    same(len(seen), 7)
    same(set(seen), expected)


async def filter_chooses_rows():
    enabled = await connections().post(connection())
    disabled = await connections().post(connection(status=DISABLED))

    async def check(filter, *expected):
        page = await connections().get(query(filter=filter))
        same({item.id for item in page.value}, {item.id for item in expected})

    await check("serviceNowConnectionStatus eq 'enabled'", enabled)
    await check("serviceNowConnectionStatus eq 'unknownFutureValue'")
    await check(f"id eq '{disabled.id}'", disabled)
    await check("instanceUrl eq 'https://example.com/it''s'")
    await check(
        "(createdDateTime ge 2020-01-01T00:00:00Z and not (instanceUrl eq null)) or id ne 'x'",
        enabled,
        disabled,
    )


async def orderby_sorts_rows():
    posted = [await connections().post(connection(f"app {n}")) for n in range(3)]

    async def check(orderby, expected):
        page = await connections().get(query(orderby=orderby))
        same([item.id for item in page.value], expected)

    ids = sorted(item.id for item in posted)
    await check(["id"], ids)
    await check(["id desc"], ids[::-1])
    await check(["instanceUrl", "id desc"], ids[::-1])
    page = await connections().get(query(orderby=["id"], skip=1, top=1))
    same([item.id for item in page.value], ids[1:2])


async def select_chooses_properties():
    created = await connections().post(connection())
    page = await connections().get(query(select=["id", "instanceUrl"]))
    same([(item.id, item.instance_url) for item in page.value], [(created.id, created.instance_url)])
    same(page.value[0].incident_api_url, None)
    same(page.value[0].authentication_method, None)


async def deleted_connection_is_gone():
    created = await connections().post(connection())
    item = connections().by_service_now_connection_id(created.id)
    same(await item.delete(), None)
    same((await refusal(item.get())).response_status_code, 404)
    same((await refusal(item.delete())).response_status_code, 404)
    same(await connections().count.get(), 0)


async def unknown_id_is_an_odata_error():
    item = connections().by_service_now_connection_id(str(uuid.uuid4()))
    sent = str(uuid.uuid4())
    configuration = RequestConfiguration()
    configuration.headers.add("client-request-id", sent)
    error = await refusal(item.get(configuration))
    same(error.response_status_code, 404)
    same(error.error.code, "ResourceNotFound")
    assert error.error.message
    uuid.UUID(error.error.inner_error.request_id)
    same(error.error.inner_error.client_request_id, sent)
    assert isinstance(error.error.inner_error.date, datetime)

    # Without an id of the caller the server's own serves as both.
    inner = (await refusal(item.get())).error.inner_error
    same(inner.client_request_id, inner.request_id)


async def bad_token_is_unauthorized():
    error = await refusal(connections("not.a.token").get())
    same(error.response_status_code, 401)
    same(error.error.code, "InvalidAuthenticationToken")
    challenge = {name.lower(): value for name, value in error.response_headers.items()}
    assert challenge["www-authenticate"].startswith("Bearer "), challenge


async def reading_caller_may_not_write():
    created = await connections().post(connection())
    item = connections(READ_TOKEN).by_service_now_connection_id(created.id)
    same((await item.get()).id, created.id)
    change = ServiceNowConnection(service_now_connection_status=DISABLED)
    for attempt in (item.patch(change), item.delete(), connections(READ_TOKEN).post(connection())):
        error = await refusal(attempt)
        same(error.response_status_code, 403)
        same(error.error.code, "Forbidden")
    same((await item.get()).service_now_connection_status, ENABLED)


async def throttled_caller_waits_and_succeeds():
    api = client(LIMITED_TOKEN, LIMITED_URL)
    retries = []

    async def note(response):
        retries.append(int(response.request.headers.get("Retry-Attempt", 0)))

    api.request_adapter._http_client.event_hooks["response"].append(note)
    pages = await asyncio.gather(
        *(api.device_management.service_now_connections.get() for _ in range(8))
    )
    same([page.value for page in pages], [[]] * 8)
    assert max(retries) > 0, "nothing was throttled"


async def throttled_answer_says_how_long_to_wait():
    for _ in range(50):
        status, headers, body = raw("GET", COLLECTION, token=LIMITED_TOKEN, url=LIMITED_URL)
        if status == 429:
            break
    same(status, 429)
    assert re.fullmatch(r"[1-9]\d*", headers["Retry-After"]), headers["Retry-After"]
    same(body["error"]["code"], "TooManyRequests")


async def documented_update_request_has_its_documented_answer():
    """The example of the reference page of PATCH, as it is printed there."""
    before = ServiceNowConnection(instance_url="https://contoso.service-now.com")
    created = await connections().post(before)
    request = {
        "@odata.type": "#microsoft.graph.serviceNowConnection",
        "instanceUrl": "https://example.com/instanceUrl/",
        "incidentApiUrl": "https://example.com/incidentApiUrl/",
        "authenticationMethod": {
            "@odata.type": "microsoft.graph.serviceNowOauthSecretAuthentication",
            "appId": "App Id value",
        },
        "serviceNowConnectionStatus": "enabled",
        "lastQueriedDateTime": "2017-01-01T00:00:30.0527314-08:00",
    }
    status, headers, answer = raw("PATCH", f"{COLLECTION}/{created.id}", request)
    same(status, 200)
    same(headers["Content-Type"].split(";")[0], "application/json")
    for name in ("createdDateTime", "lastModifiedDateTime"):
        date = answer.pop(name)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z", date), date
    answer.pop("@odata.context")
    same(
        answer,
        {
            "@odata.type": "#microsoft.graph.serviceNowConnection",
            "id": created.id,
            "instanceUrl": "https://example.com/instanceUrl/",
            "incidentApiUrl": "https://example.com/incidentApiUrl/",
            "authenticationMethod": {
                # The page drops the `#`, without which the SDKs lose `appId`.
                "@odata.type": "#microsoft.graph.serviceNowOauthSecretAuthentication",
                "appId": "App Id value",
            },
            "serviceNowConnectionStatus": "enabled",
            # The same instant as on the page, in UTC.
            "lastQueriedDateTime": "2017-01-01T08:00:30.0527314Z",
        },
    )


async def batch_of(*items):
    graph = client()
    content = BatchRequestContent({item.id: item for item in items})
    return await BatchRequestBuilder(graph.request_adapter).post(content)


async def batch_answers_each_request():
    builder = connections()
    created = await builder.post(connection())
    one = builder.by_service_now_connection_id(created.id)
    change = ServiceNowConnection(service_now_connection_status=DISABLED)
    patch = BatchRequestItem(one.to_patch_request_information(change), "patch")
    get = BatchRequestItem(one.to_get_request_information(), "get", [patch])
    unknown = builder.by_service_now_connection_id(str(uuid.uuid4()))
    missing = BatchRequestItem(unknown.to_get_request_information(), "missing")
    post = BatchRequestItem(builder.to_post_request_information(connection("second")), "post")
    listing = BatchRequestItem(builder.to_get_request_information(), "list")
    answer = await batch_of(patch, get, missing, post, listing)
    same(
        answer.get_response_status_codes(),
        {"patch": 200, "get": 200, "missing": 404, "post": 201, "list": 200},
    )
    # This version of the SDK loses the bodies; headers and what was done remain.
    same(answer.get_response_by_id("get").headers["ETag"], 'W/"2"')
    location = answer.get_response_by_id("post").headers["Location"]
    second = await builder.by_service_now_connection_id(location.rsplit("/", 1)[1]).get()
    same(second.authentication_method.app_id, "second")
    same((await one.get()).service_now_connection_status, DISABLED)


async def batch_deletes_all():
    builder = connections()
    created = [await builder.post(connection()) for _ in range(3)]
    one = builder.by_service_now_connection_id
    items = [BatchRequestItem(one(it.id).to_delete_request_information()) for it in created]
    answer = await batch_of(*items)
    same(set(answer.get_response_status_codes().values()), {204})
    same((await builder.get()).value, [])


TESTS = [
    empty_store_lists_nothing,
    created_connection_is_returned,
    dates_have_a_time_zone,
    fresh_object_patches_what_it_sets,
    fetched_object_can_be_sent_back,
    empty_patch_changes_nothing,
    pages_are_walked,
    filter_chooses_rows,
    orderby_sorts_rows,
    select_chooses_properties,
    deleted_connection_is_gone,
    unknown_id_is_an_odata_error,
    bad_token_is_unauthorized,
    reading_caller_may_not_write,
    throttled_caller_waits_and_succeeds,
    throttled_answer_says_how_long_to_wait,
    documented_update_request_has_its_documented_answer,
    batch_answers_each_request,
    batch_deletes_all,
]


def clear():
    for item in raw("GET", COLLECTION)[2]["value"]:
        raw("DELETE", f"{COLLECTION}/{item['id']}")


def main():
    failed = 0
    for test in TESTS:
        try:
            clear()
            asyncio.run(test())
            print(f"test {test.__name__} ... ok", flush=True)
        except Exception:
            failed += 1
            print(f"test {test.__name__} ... FAILED\n{traceback.format_exc()}", flush=True)
    print(f"{len(TESTS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
