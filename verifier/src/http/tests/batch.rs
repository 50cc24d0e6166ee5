//! Batches: every item an answer in its place, whatever is wrong with its neighbours, and bounds that are told.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const PATH: &str = "/v1/verify/batch";
const LINES: &str = "application/x-ndjson";

async fn batch(app: &Router, kind: &str, accept: &str, body: impl Into<Vec<u8>>) -> Answer {
    let request = Request::post(PATH)
        .header("content-type", kind)
        .header("accept", accept);
    send(app, request.body(Body::from(body.into())).unwrap()).await
}

/// The answers' lines, and the summary.
fn lines(answer: &Answer) -> (Vec<Value>, Value) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let lines = answer.body.lines();
    let mut lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let summary = lines.pop().unwrap()["summary"].take();
    assert!(summary.is_object(), "{}", answer.body);
    (lines, summary)
}

/// THREATS 29: one bad item is its own answer, never an acceptance and never the end.
#[tokio::test]
async fn every_line_is_answered_in_its_place() {
    let world = World::default();
    let app = app(&world);
    let code = world.code(NAME);
    let credential = Value::Object(document(&world.certificate(NAME)));
    let long = format!("{{\"id\":\"long\",\"qr\":\"{}\"}}", "9".repeat(2 << 20));
    let sent = [
        json!({"id": "a", "qr": code, "expected": {"name": NAME}}).to_string(),
        json!({"id": 7, "credential": credential, "expected": {"name": "Another"}}).to_string(),
        "not JSON".to_owned(),
        String::new(),
        json!({"id": "c", "qr": "hello"}).to_string(),
        long,
        json!({"id": ["d"], "qr": code}).to_string(),
        json!({"id": "e", "qr": code, "expected": {"date": "today"}}).to_string(),
        json!({"id": "f", "expected": {}}).to_string(),
        json!([1]).to_string(),
        json!({"id": "g", "qr": code, "other": 1}).to_string(),
        json!({"qr": code}).to_string(),
    ];
    let answer = batch(&app, LINES, "*/*", sent.join("\n")).await;
    assert_eq!(answer.headers["content-type"], LINES);
    let (lines, summary) = lines(&answer);
    let told: Vec<(u64, Value, &str)> = lines
        .iter()
        .map(|line| {
            let decision = line["decision"].as_str().unwrap();
            (line["item"].as_u64().unwrap(), line["id"].clone(), decision)
        })
        .collect();
    let expected = [
        (1, json!("a"), "accept"),
        (2, json!(7), "reject"),
        (3, json!(null), "review"),
        (4, json!("c"), "review"),
        (5, json!(null), "review"),
        (6, json!(null), "review"),
        (7, json!("e"), "review"),
        (8, json!("f"), "review"),
        (9, json!(null), "review"),
        (10, json!("g"), "review"),
        (11, json!(null), "review"),
    ];
    assert_eq!(told, expected);
    for (item, problem) in [
        (3, "bad-request"),
        (5, "item-too-large"),
        (6, "bad-request"),
        (7, "bad-request"),
        (8, "bad-request"),
        (9, "bad-request"),
        (10, "bad-request"),
    ] {
        let error = &lines[item - 1]["error"];
        assert_eq!(
            error["type"],
            format!("urn:cheti:problem:{problem}"),
            "{item}"
        );
        assert!(error["detail"].is_string(), "{item}: {error}");
        assert_eq!(lines[item - 1]["decisionReasons"], json!(["not_read"]));
    }
    assert_eq!(lines[0]["matches"]["name"], json!({"result": "match"}));
    assert_eq!(lines[0]["signed"]["name"], NAME);
    assert_eq!(
        summary,
        json!({
            "items": 11, "accept": 1, "reject": 1, "review": 9,
            "valid": 3, "undecided": 1, "invalid": 0, "notRead": 7, "complete": true,
        })
    );
}

/// The answer of an item is that of `/v1/verify`.
#[tokio::test]
async fn an_item_is_judged_as_alone() {
    let world = World::default();
    let app = app(&world);
    let item = json!({"qr": world.code(NAME), "expected": {"name": "wanjiku"}}).to_string();
    let (mut lines, _) = lines(&batch(&app, LINES, "", item.clone()).await);
    let alone = post(&app, "/v1/verify", "application/json", item).await;
    let line = lines[0].as_object_mut().unwrap();
    line.remove("item");
    assert_eq!(lines[0], alone.json());
}

/// THREATS 12: a table of codes in, a table for people out, in which nothing is a formula.
#[tokio::test]
async fn tables_are_read_and_written() {
    let world = World::default();
    let app = app(&world);
    let (code, evil) = (world.code(NAME), world.code("=HYPERLINK(\"x\")"));
    let sent = format!(
        "Name,ID,QR,Department\r\n\"wanjiku nganga\",1,{code},HR\r\n,=2,{evil},\r\n,3,,\r\nOtieno, Jane,4,{code},x\r\n"
    );
    let answer = batch(&app, "text/csv; charset=utf-8", "text/csv", sent.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(
        answer.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/csv")
    );
    let text = answer.body.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let cell = |row: usize, heading: &str| {
        let place = headings.iter().position(|found| found == heading);
        rows[row].get(place.unwrap()).unwrap()
    };
    assert_eq!(rows.len(), 4);
    assert_eq!((cell(0, "Id"), cell(0, "Decision")), ("1", "Accept"));
    assert_eq!(cell(0, "Expected name"), "Matches");
    assert_eq!((cell(1, "Id"), cell(1, "Decision")), ("'=2", "Review"));
    assert_eq!(cell(1, "Name on the certificate"), "'=HYPERLINK(\"x\")");
    assert_eq!(
        (cell(2, "Verdict"), cell(2, "Why")),
        ("Not read", "the cell qr is empty")
    );
    assert!(cell(3, "Why").contains("quotation marks"));
    let (lines, summary) = lines(&batch(&app, "text/csv", LINES, sent).await);
    assert_eq!(lines[0]["id"], "1");
    assert_eq!(summary["columnsPassedOver"], json!(["Department"]));
    let none = batch(&app, "text/csv", "", "id,name\r\n1,x\r\n").await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    assert!(none.body.contains("the first line must name the columns"));
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn archives_are_read_file_by_file() {
    let world = World::default();
    let app = app(&world);
    let (genuine, code) = (world.certificate(NAME), world.code(NAME));
    let huge = vec![b' '; (20 << 20) + 1];
    let sent = zipped(&[
        ("a/genuine.json", &genuine),
        ("inner.zip", &zipped(&[("x", b"x")])),
        ("huge.json", &huge),
        ("b.pdf", b"%PDF-1.7 nothing"),
        ("c.gif", b"GIF89a"),
        ("code.txt", code.as_bytes()),
    ]);
    let (told, summary) = lines(&batch(&app, "application/zip", "", sent.clone()).await);
    let ids: Vec<&str> = told
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect();
    let names = [
        "a/genuine.json",
        "inner.zip",
        "huge.json",
        "b.pdf",
        "c.gif",
        "code.txt",
    ];
    assert_eq!(ids, names);
    assert_eq!(
        (&told[0]["verdict"], &told[5]["verdict"]),
        (&json!("valid"), &json!("valid"))
    );
    assert_eq!(told[2]["error"]["type"], "urn:cheti:problem:item-too-large");
    assert_eq!(told[3]["reasons"], json!(["unreadable"]));
    assert_eq!(
        (&summary["notRead"], &summary["complete"]),
        (&json!(3), &json!(true))
    );
    let cut = &sent[..sent.len() - 30];
    let (told, summary) = lines(&batch(&app, "application/zip", "", cut).await);
    assert_eq!((told.len(), &summary["complete"]), (0, &json!(false)));
    assert_eq!(summary["problem"]["status"], 400);
    let none = batch(&app, "application/zip", "", "hello").await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
}

/// A table among the files says what is expected of each, wherever it lies; whatever in it cannot be used is told.
#[tokio::test]
async fn files_are_compared_with_what_is_expected_of_them() {
    let world = World::default();
    let app = app(&world);
    let genuine = world.certificate(NAME);
    let table = format!(
        "File,Name,Department\nours.json,{NAME},HR\nother.json,Somebody Else,HR\nours.json,Third,HR\n,Nobody,HR\ngone.json,{NAME},HR\n"
    );
    let sent = zipped(&[
        ("ours.json", &genuine),
        ("other.json", &genuine),
        ("expected.csv", table.as_bytes()),
        ("unnamed.json", &genuine),
    ]);
    let (told, summary) = lines(&batch(&app, "application/zip", "", sent).await);
    let found: Vec<(&Value, &Value)> = told
        .iter()
        .map(|line| (&line["id"], &line["decision"]))
        .collect();
    let [review, reject, accept] = ["review", "reject", "accept"].map(|word| json!(word));
    let ids = ["ours.json", "other.json", "unnamed.json", "gone.json"].map(|id| json!(id));
    assert_eq!(
        found,
        [
            (&ids[0], &review),
            (&Value::Null, &review),
            (&ids[0], &accept),
            (&ids[1], &reject),
            (&ids[2], &review),
            (&ids[3], &review),
        ]
    );
    for (line, part) in [
        (0, "two rows"),
        (1, "the cell file is empty"),
        (5, "not in the archive"),
    ] {
        let detail = told[line]["error"]["detail"].as_str().unwrap();
        assert!(detail.contains(part), "{detail}");
    }
    assert_eq!(summary["columnsPassedOver"], json!(["Department"]));
    let sent = zipped(&[("ours.json", &genuine), ("expected.csv", b"name\nJane\n")]);
    let (told, summary) = lines(&batch(&app, "application/zip", "", sent).await);
    assert_eq!((told.len(), &summary["complete"]), (0, &json!(false)));
    let detail = summary["problem"]["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("expected.csv: the first line"),
        "{detail}"
    );
}

/// The bounds of a whole batch are told in the summary, or as the last row; what came before is answered.
#[tokio::test]
async fn what_is_beyond_a_bound_is_told() {
    let world = World::default();
    let limits = LimitsConfig {
        batch_items: 40,
        batch_mebibytes: 1,
        batches: 1,
        ..LimitsConfig::default()
    };
    let service = service_with(&world, limits);
    let app = router(service.clone());
    let item = format!("{}\n", json!({"qr": world.code(NAME)}));
    let (told, summary) = lines(&batch(&app, LINES, "", item.repeat(41)).await);
    assert_eq!((told.len(), &summary["complete"]), (40, &json!(false)));
    assert_eq!(
        summary["problem"]["type"],
        "urn:cheti:problem:batch-too-large"
    );
    let table = format!("qr\n{}", format!("{}\n", world.code(NAME)).repeat(41));
    let answer = batch(&app, "text/csv", "text/csv", table).await;
    assert!(answer.body.lines().last().unwrap().contains("INCOMPLETE"));
    let large = format!("{item}{}", " ".repeat(2 << 20));
    let (told, summary) = lines(&batch(&app, LINES, "", large).await);
    assert_eq!((told.len(), &summary["complete"]), (0, &json!(false)));
    assert_eq!(summary["problem"]["status"], 413);
    let unknown = batch(&app, "application/xml", "", "x").await;
    assert_eq!(unknown.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let held = service.batch().unwrap();
    let busy = batch(&app, LINES, "", item.clone()).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(busy.headers["retry-after"], "2");
    drop(held);
    assert_eq!(batch(&app, LINES, "", item).await.status, StatusCode::OK);
}

/// A batch takes cores in turn: with all of them at work for it, what is quick is answered, and what waits gets its turn.
#[tokio::test]
async fn many_items_stay_in_order() {
    let world = World::default();
    let app = app(&world);
    let (good, mut body) = (world.code(NAME), String::new());
    for number in 0..1_000 {
        let code = if number % 3 == 0 { &good } else { "9" };
        body += &format!("{}\n", json!({"id": number, "qr": code}));
    }
    let (lines, summary) = lines(&batch(&app, LINES, "", body).await);
    assert_eq!((lines.len(), &summary["items"]), (1_000, &json!(1_000)));
    for (number, line) in lines.iter().enumerate() {
        assert_eq!(
            (&line["id"], &line["item"]),
            (&json!(number), &json!(number + 1))
        );
        assert_eq!(line["verdict"] == "valid", number % 3 == 0);
    }
}
