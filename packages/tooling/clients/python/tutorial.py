"""Drives an emulator with Google's own Python clients; prints a JSON line for each step.

    BIGQUERY_EMULATOR_HOST=http://127.0.0.1:9050 python tutorial.py --project P TUTORIAL.json ...

A line is {"step": NAME} or {"step": NAME, "failure": TEXT} or {"step": NAME, "skipped": REASON}. The statements of the
tutorials come from conformance/tutorials; their buckets must be there.
"""

import argparse
import datetime
import decimal
import json
import math
import os
import time
import traceback
import urllib.parse

from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

FIXTURES = os.path.join(os.path.dirname(__file__), "../../fixtures")
UTC = datetime.timezone.utc
# Nothing here takes long; a client that retries a deterministic failure takes minutes.
PROMPT_SECONDS = 20


class Skipped(Exception):
    pass


def report(step, **outcome):
    print(json.dumps({"step": step, **outcome}), flush=True)


def run(name, function, *arguments):
    started = time.monotonic()
    try:
        function(*arguments)
    except Skipped as reason:
        report(name, skipped=str(reason))
        return
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        report(name, failure=f"{type(error).__name__}: {error} ({os.path.basename(last.filename)}:{last.lineno})")
        return
    seconds = time.monotonic() - started
    if seconds > PROMPT_SECONDS:
        report(name, failure=f"took {seconds:.0f} s")
    else:
        report(name)


def equal(actual, expected):
    assert actual == expected, f"expected {expected!r}, got {actual!r}"


def refused(kind, text, function, *arguments, **options):
    try:
        function(*arguments, **options)
    except kind as error:
        assert text in str(error), f"expected {text!r} in {error}"
        return
    raise AssertionError(f"expected {kind.__name__}")


def rows_of(client, sql, **options):
    config = bigquery.QueryJobConfig(**options) if options else None
    return [tuple(row.values()) for row in client.query(sql, job_config=config).result()]


# The tutorials, statement by statement.


def text_of(text):
    return text if isinstance(text, str) else "\n".join(text)


def fill(text, placeholders):
    for name, value in placeholders.items():
        text = text.replace("${%s}" % name, value)
    return text


def tutorial_steps(client, path):
    with open(path, encoding="utf-8") as file:
        tutorial = json.load(file)
    placeholders = {**tutorial["placeholders"], "PROJECT_ID": client.project}
    tab = tutorial["paths"][0]
    name = os.path.basename(path)[:3]
    for number, step in enumerate(tutorial["steps"]):
        tabs = step.get("tab", tab)
        if "waits" in step or tab not in ([tabs] if isinstance(tabs, str) else tabs):
            continue
        title = f"tutorial {name}, step {number}: {step['section']}"
        if "sql" in step:
            run(title, tutorial_step, client, fill(text_of(step["sql"]), placeholders), step.get("expected", {}))
        elif step.get("request", {}).get("body", {}).get("datasetReference"):
            run(title, client.create_dataset, step["request"]["body"]["datasetReference"]["datasetId"])
        elif "/storage/v1/b" in step.get("request", {}).get("path", ""):
            run(title, storage_step, client, step["request"], placeholders)


def storage_step(client, request, placeholders):
    buckets = storage_client(client)
    url = urllib.parse.urlsplit(fill(request["path"], placeholders))
    names = [urllib.parse.unquote(part) for part in url.path.split("/v1/b")[1].split("/")[1:]]
    if not names:
        buckets.create_bucket(fill(request["body"]["name"], placeholders))
    elif "file" in request:
        name = urllib.parse.parse_qs(url.query)["name"][0]
        blob = buckets.bucket(names[0]).blob(name)
        blob.upload_from_filename(os.path.join(FIXTURES, request["file"]), content_type=request.get("contentType"))
    elif request["method"] == "DELETE" and len(names) == 3:
        buckets.bucket(names[0]).blob(names[2]).delete()
    else:
        assert request["method"] == "DELETE" and len(names) == 1, f"no such step: {request}"
        buckets.bucket(names[0]).delete()


def storage_client(client):
    try:
        from google.cloud import storage as gcs
    except ImportError as error:
        raise Skipped("google-cloud-storage is not installed") from error
    options = {"api_endpoint": os.environ["BIGQUERY_EMULATOR_HOST"]}
    return gcs.Client(project=client.project, credentials=AnonymousCredentials(), client_options=options)


def tutorial_step(client, sql, expected):
    if "error" in expected:
        refused(exceptions.BadRequest, expected["error"]["message"], client.query_and_wait, sql)
        return
    result = client.query(sql).result()
    if "schema" in expected:
        shape = lambda fields: [(f["name"], f["type"], shape(f.get("fields", []))) for f in fields]
        equal(shape([field.to_api_repr() for field in result.schema]), shape(expected["schema"]))
    rows = [list(row.values()) for row in result]
    if "rows" in expected:
        equal(rows, expected["rows"])
    if "rowCount" in expected:
        equal(len(rows), expected["rowCount"])
    if "table" in expected:
        header, first = expected["table"][:2]
        equal([field.name for field in result.schema], header)
        row = next(row for row in rows if all(text in row for text in first if isinstance(text, str)))
        tolerance = expected.get("tolerance", 0)
        for value, wanted in zip(row, first):
            value = value["values"] if isinstance(value, dict) else value
            value = value[0] if isinstance(value, list) else value
            assert value == wanted or abs(value - wanted) <= tolerance, f"expected {wanted}, got {value}"


# What the tutorials need of the client, and what people do around them.


def default_credentials(client):
    """Application default credentials from the emulator's metadata server."""
    own = bigquery.Client(project=client.project)
    equal([tuple(row.values()) for row in own.query_and_wait("SELECT 1")], [(1,)])


def datasets(client):
    client.create_dataset("clients", exists_ok=True)
    client.create_dataset("clients", exists_ok=True)
    refused(exceptions.Conflict, "Already Exists: Dataset", client.create_dataset, "clients")
    assert "clients" in [item.dataset_id for item in client.list_datasets()]
    dataset = client.get_dataset("clients")
    dataset.description, dataset.labels = "made by a test", {"kind": "test"}
    client.update_dataset(dataset, ["description", "labels"])
    equal(client.get_dataset("clients").description, "made by a test")
    client.create_dataset("to_delete")
    client.delete_dataset("to_delete", delete_contents=True)
    refused(exceptions.NotFound, "Not found: Dataset", client.get_dataset, "to_delete")
    client.delete_dataset("to_delete", not_found_ok=True)


def models(client):
    sql = "CREATE OR REPLACE MODEL clients.m OPTIONS (MODEL_TYPE='ONNX', MODEL_PATH='gs://cloud-samples-data/bigquery/ml/onnx/resnet18.onnx')"
    job = client.query(sql)
    job.result()
    equal(job.statement_type, "CREATE_MODEL")
    equal([model.model_id for model in client.list_models("clients")], ["m"])
    model = client.get_model("clients.m")
    equal(model.model_type, "ONNX")
    equal([column.name for column in model.feature_columns], ["input"])
    equal([column.name for column in model.label_columns], ["class_label"])
    model.description = "a model"
    equal(client.update_model(model, ["description"]).description, "a model")
    client.delete_model("clients.m")
    refused(exceptions.NotFound, "Not found: Model", client.get_model, "clients.m")
    client.delete_model("clients.m", not_found_ok=True)


def tables(client):
    schema = [
        bigquery.SchemaField("id", "INT64", mode="REQUIRED"),
        bigquery.SchemaField("name", "STRING"),
        bigquery.SchemaField("tags", "STRING", mode="REPEATED"),
    ]
    client.create_table(bigquery.Table(f"{client.project}.clients.t", schema=schema))
    job = client.query("INSERT INTO clients.t (id, name, tags) VALUES (1, 'a', ['x', 'y']), (2, NULL, [])")
    job.result()
    equal(job.num_dml_affected_rows, 2)
    equal([tuple(row.values()) for row in client.list_rows("clients.t")], [(1, "a", ["x", "y"]), (2, None, [])])
    table = client.get_table("clients.t")
    equal(table.num_rows, 2)
    table.description = "rows"
    client.update_table(table, ["description"])
    equal(client.get_table("clients.t").description, "rows")
    equal([item.table_id for item in client.list_tables("clients")], ["t"])
    equal(client.query("UPDATE clients.t SET name = 'b' WHERE id = 2").result().num_dml_affected_rows, 1)
    client.delete_table("clients.t")
    client.delete_table("clients.t", not_found_ok=True)
    refused(exceptions.NotFound, "Not found: Table", client.get_table, "clients.t")


def results(client):
    sql = "SELECT n, CAST(n AS STRING) AS s FROM UNNEST(GENERATE_ARRAY(1, 1000)) AS n ORDER BY n"
    expected = [(n, str(n)) for n in range(1, 1001)]
    equal(rows_of(client, sql), expected)
    equal([tuple(row.values()) for row in client.query_and_wait(sql)], expected)
    equal([tuple(row.values()) for row in client.query_and_wait(sql, page_size=300)], expected)
    equal([len(list(page)) for page in client.query(sql).result(page_size=400).pages], [400, 400, 200])
    equal(len(list(client.query(sql).result(max_results=7))), 7)
    equal(client.query(sql).result().total_rows, 1000)
    equal(rows_of(client, "SELECT x FROM UNNEST([1]) AS x WHERE FALSE"), [])
    equal([tuple(row.values()) for row in client.query(sql, api_method="QUERY").result()], expected)


def destination(client):
    job = client.query("SELECT 7 AS lucky")
    job.result()
    equal([tuple(row.values()) for row in client.list_rows(job.destination)], [(7,)])
    target = bigquery.TableReference.from_string(f"{client.project}.clients.target")
    config = bigquery.QueryJobConfig(destination=target, write_disposition="WRITE_TRUNCATE")
    client.query("SELECT 8 AS lucky", job_config=config).result()
    equal([tuple(row.values()) for row in client.list_rows(target)], [(8,)])


def parameters(client):
    moment = datetime.datetime(2024, 2, 29, 12, 34, 56, 123456, tzinfo=UTC)
    scalar = bigquery.ScalarQueryParameter
    values = [
        ("INT64", 2**53 + 1), ("FLOAT64", 1.5), ("BOOL", True), ("STRING", "naïve 🙂"), ("BYTES", b"\x00\xff"),
        ("NUMERIC", decimal.Decimal("1.10")), ("BIGNUMERIC", decimal.Decimal("1e-30")), ("DATE", moment.date()),
        ("DATETIME", moment.replace(tzinfo=None)), ("TIME", moment.time().replace(tzinfo=None)), ("TIMESTAMP", moment),
    ]  # fmt: skip
    for kind, value in values:
        equal(rows_of(client, "SELECT @p", query_parameters=[scalar("p", kind, value)]), [(value,)])
        equal(rows_of(client, "SELECT ?", query_parameters=[scalar(None, kind, value)]), [(value,)])
        equal(rows_of(client, "SELECT @p IS NULL", query_parameters=[scalar("p", kind, None)]), [(True,)])
        array = bigquery.ArrayQueryParameter("p", kind, [value, value])
        equal(rows_of(client, "SELECT @p", query_parameters=[array]), [([value, value],)])
    nan = rows_of(client, "SELECT @p", query_parameters=[scalar("p", "FLOAT64", float("nan"))])
    assert math.isnan(nan[0][0])
    struct = bigquery.StructQueryParameter("p", scalar("a", "INT64", 1), bigquery.ArrayQueryParameter("b", "STRING", ["x"]))
    equal(rows_of(client, "SELECT @p, @p.a", query_parameters=[struct]), [({"a": 1, "b": ["x"]}, 1)])


def values(client):
    moment = datetime.datetime(2024, 2, 29, 12, 34, 56, 123456, tzinfo=UTC)
    (row,) = client.query_and_wait(
        """SELECT TIMESTAMP '2024-02-29 12:34:56.123456+00' AS ts, TIMESTAMP '0001-01-01 00:00:00+00' AS first,
             DATE '9999-12-31' AS d, DATETIME '2024-02-29 12:34:56' AS dt, TIME '01:02:03' AS t,
             [1, 2] AS a, STRUCT(1 AS x, STRUCT('y' AS z) AS deep) AS s, [STRUCT(1 AS x), STRUCT(2)] AS ss,
             CAST('inf' AS FLOAT64) AS inf, b'\\x00\\xff' AS b, JSON '{"k": [1, null]}' AS j,
             NUMERIC '1.10' AS n, CAST(NULL AS STRING) AS nothing, CAST([] AS ARRAY<INT64>) AS empty"""
    )
    equal(row.ts, moment)
    equal(row.first, datetime.datetime(1, 1, 1, tzinfo=UTC))
    equal(row.d, datetime.date(9999, 12, 31))
    equal(row.dt, moment.replace(microsecond=0, tzinfo=None))
    equal(row.t, datetime.time(1, 2, 3))
    equal((row.a, row.s, row.ss), ([1, 2], {"x": 1, "deep": {"z": "y"}}, [{"x": 1}, {"x": 2}]))
    equal((row.inf, row.b, row.j, row.n), (math.inf, b"\x00\xff", {"k": [1, None]}, decimal.Decimal("1.1")))
    equal((row.nothing, row.empty), (None, []))


def errors(client):
    refused(exceptions.BadRequest, "Syntax error: Unexpected identifier \"SELEC\" at [1:1]", client.query_and_wait, "SELEC 1")
    refused(exceptions.BadRequest, "Unrecognized name: nothing at [1:8]", lambda: client.query("SELECT nothing").result())
    refused(exceptions.NotFound, "Not found: Table", lambda: client.query("SELECT * FROM clients.no_table").result())
    refused(exceptions.NotFound, "Not found: Dataset", client.query_and_wait, "SELECT * FROM no_dataset.t")
    refused(exceptions.BadRequest, "division by zero", lambda: client.query("SELECT 1 / 0").result())
    refused(exceptions.NotFound, "Not found: Job", client.get_job, "no_job")
    config = bigquery.QueryJobConfig(dry_run=True)
    refused(exceptions.BadRequest, "Syntax error", client.query, "SELEC 1", job_config=config)
    missing = "CREATE MODEL clients.missing OPTIONS (MODEL_TYPE='ONNX', MODEL_PATH='gs://cloud-samples-data/none.onnx')"
    refused(exceptions.GoogleAPICallError, "", lambda: client.query(missing).result())


def unsupported(client):
    """What is not served is refused at once, or works: clients must not retry for minutes."""
    for attempt in (
        lambda: client.load_table_from_json([{"x": 1}], "clients.loaded").result(),
        lambda: client.insert_rows_json("clients.target", [{"lucky": 9}]),
        lambda: client.list_routines("clients").pages.__next__(),
        lambda: client.copy_table("clients.target", "clients.copied").result(),
    ):
        started = time.monotonic()
        try:
            attempt()
        except exceptions.GoogleAPICallError as error:
            assert error.code == 501, error
        assert time.monotonic() - started < PROMPT_SECONDS


def jobs(client):
    config = bigquery.QueryJobConfig(labels={"k": "v"})
    job = client.query("SELECT 1", job_config=config, job_id="job_of_the_clients_test", job_retry=None)
    job.result()
    again = client.get_job("job_of_the_clients_test")
    equal((again.state, again.labels, again.statement_type), ("DONE", {"k": "v"}, "SELECT"))
    assert again.created <= again.started <= again.ended
    equal(client.cancel_job("job_of_the_clients_test").state, "DONE")
    assert "job_of_the_clients_test" in [item.job_id for item in client.list_jobs(max_results=5)]
    refused(exceptions.Conflict, "Already Exists: Job", client.query, "SELECT 2", job_id=again.job_id, job_retry=None)
    failed = client.query("SELECT 1 / 0")
    failed.exception()
    equal(failed.error_result["reason"], "invalidQuery")
    client.delete_job_metadata(again)
    refused(exceptions.NotFound, "Not found: Job", client.get_job, "job_of_the_clients_test")
    dry = client.query("SELECT 1 AS x", job_config=bigquery.QueryJobConfig(dry_run=True))
    equal((dry.state, [field.name for field in dry.schema]), ("DONE", ["x"]))


def scripts(client):
    job = client.query("SELECT 1 AS x; SELECT 3 AS x;")
    equal([tuple(row.values()) for row in job.result()], [(3,)])
    equal(job.statement_type, "SCRIPT")
    assert job.num_child_jobs >= 1
    assert len(list(client.list_jobs(parent_job=job.job_id))) == job.num_child_jobs


def dataframes(client):
    try:
        import pandas
    except ImportError as error:
        raise Skipped("pandas is not installed") from error
    sql = "SELECT 1 AS n, 'a' AS s, TIMESTAMP '2024-01-01 00:00:00+00' AS t, [1.5] AS a UNION ALL SELECT 2, NULL, NULL, []"
    for frame in (
        client.query(sql).to_dataframe(create_bqstorage_client=False),
        client.query(sql).to_dataframe(),
        client.query_and_wait(sql).to_dataframe(),
    ):
        frame = frame.sort_values("n").reset_index(drop=True)
        equal(list(frame.columns), ["n", "s", "t", "a"])
        equal(frame["n"].tolist(), [1, 2])
        equal(frame["t"][0], pandas.Timestamp("2024-01-01", tz="UTC"))
    equal(client.query(sql).to_arrow().num_rows, 2)


def storage(client):
    buckets = storage_client(client)
    bucket = buckets.create_bucket("made-in-python", location="us")
    image = buckets.bucket("cloud-samples-data").blob("vision/car.jpg").download_as_bytes()
    blob = bucket.blob("images/car.jpg")
    blob.metadata = {"shape": "car"}
    blob.upload_from_string(image, content_type="image/jpeg")
    large = bucket.blob("large.bin", chunk_size=1 << 18)
    large.upload_from_string(bytes(1 << 20))
    equal([item.name for item in buckets.list_blobs("made-in-python")], ["images/car.jpg", "large.bin"])
    equal(large.download_as_bytes(start=10, end=19), bytes(10))
    equal(bucket.get_blob("images/car.jpg").metadata, {"shape": "car"})
    client.query(
        "CREATE EXTERNAL TABLE clients.uploaded WITH CONNECTION DEFAULT "
        "OPTIONS (object_metadata = 'SIMPLE', uris = ['gs://made-in-python/images/*'])"
    ).result()
    sql = "SELECT uri, content_type, size, ML.DECODE_IMAGE(data).dimensions[OFFSET(2)] FROM clients.uploaded"
    equal(rows_of(client, sql), [("gs://made-in-python/images/car.jpg", "image/jpeg", len(image), 3)])
    bucket.copy_blob(blob, bucket, "images/copy.jpg")
    equal(bucket.blob("images/copy.jpg").download_as_bytes(), image)
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings.append({"role": "roles/storage.objectViewer", "members": {"serviceAccount:a@b.iam.gserviceaccount.com"}})
    bucket.set_iam_policy(policy)
    refused(exceptions.NotFound, "", bucket.blob("none").download_as_bytes)
    refused(exceptions.Conflict, "", buckets.create_bucket, "made-in-python")
    bucket.delete(force=True)
    assert not bucket.exists()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--project", required=True)
    parser.add_argument("tutorials", nargs="*")
    arguments = parser.parse_args()
    client = bigquery.Client(project=arguments.project, credentials=AnonymousCredentials())
    for function in (default_credentials, datasets, models, tables, results, destination, parameters, values, errors, unsupported, jobs, scripts, dataframes, storage):
        run(function.__name__.replace("_", " "), function, client)
    for path in arguments.tutorials:
        tutorial_steps(client, path)


if __name__ == "__main__":
    main()
