"""What a JSON schema cannot say of an OData service, said to schemathesis.

Schemas are narrowed for the tests, so that what they allow is what the services take: texts that have
a grammar or rules become samples. A failure that only comes of that is none.
"""

import re

import schemathesis

# Query options whose values have a grammar of their own.
SAMPLES = {
    "filter": [
        "1 eq 1",
        "not (1 gt 2) and contains('abc','b')",
        "length('x') add 1 eq 2",
        "now() gt 2020-01-01T00:00:00Z",
        "1 in (1,2) or null eq 'it''s'",
    ],
    "search": ["printer", '"on fire" OR NOT (ada AND bob)', "INC0010001"],
    "compute": ["1 as one", "length('abc') as long,true as yes"],
    # What leaves other properties than rows have makes most $select and $orderby wrong.
    "apply": ["identity", "filter(1 eq 1)/top(2)"],
}
# The rules for URLs of a connection are not in Graph's model.
URLS = {
    "instanceUrl": [None, "https://contoso.service-now.com"],
    "incidentApiUrl": [None, "/api/now/table/incident"],
}
TAGS = ["*", 'W/"1"', '"a", W/"b"']
GRAMMARS = {f"${name}" for name in SAMPLES}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    components = raw_schema["components"]
    for name, samples in SAMPLES.items():
        components["parameters"][name]["schema"]["enum"] = samples
    for name in ("if-match", "if-none-match"):
        components["parameters"][name]["schema"] = {"type": "string", "enum": TAGS}
    for name, schema in components["schemas"].items():
        if name.endswith(("-create", "-update")):
            for url, samples in URLS.items():
                if url in schema.get("properties", {}):
                    schema["properties"][url]["enum"] = samples
    batch = raw_schema["paths"]["/$batch"]["post"]["requestBody"]
    # Hardly a random text is a batch.
    del batch["content"]["multipart/mixed"]
    requests = batch["content"]["application/json"]["schema"]["properties"]["requests"]
    # Ids are unique, and dependsOn names others.
    requests["maxItems"] = 1
    requests["items"]["properties"]["dependsOn"]["maxItems"] = 0
    for path, item in raw_schema["paths"].items():
        if path.endswith("/credential"):
            kinds = item["put"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
            # A random text is no RSA key.
            kinds[:] = [kind for kind in kinds if kind["title"] != "jwtBearer"]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if type(failure).__name__ == "RejectedPositiveData":
        # Whether a PATCH has to name the type depends on whether there is a value already.
        return case.method != "PATCH" or "abstract class" not in response.text
    if type(failure).__name__ != "AcceptedNegativeData":
        return True
    if case.path == "/$batch":
        # What is wrong with a request of a batch is told in the answer to that request.
        return response.json().keys() != {"responses"}
    # The schemas of these were narrowed: a text outside of the samples may be right.
    wrong = set(re.findall(r"`([^`]+)`|in body - (\w+): Invalid enum value", failure.message))
    # Of some the message says that they violate `enum`.
    names = {name for pair in wrong for name in pair if name} - {"enum"}
    return not names or not names <= GRAMMARS | URLS.keys()
