use super::*;
use crate::batch::{AnswerBody, ItemAnswer, ItemError};
use proptest::prelude::*;

const TYPE: &str = "multipart/mixed; boundary=b";

/// A part with these lines, `|` between them.
fn part(lines: &str) -> String {
    format!("--b\r\n{}\r\n", lines.replace('|', "\r\n"))
}

fn read(body: &str) -> Result<Vec<MultipartItem>, MultipartError> {
    read_multipart(TYPE, body.as_bytes(), 3)
}

/// `id method url [headers] body`, a star behind the id of a change set; or the refusal.
fn shown(body: &str) -> Vec<String> {
    let show = |item: MultipartItem| {
        let star = if item.is_change_set { "*" } else { "" };
        let asked = match item.request {
            Ok(asked) => {
                let headers: Vec<_> =
                    asked.headers.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let body = String::from_utf8_lossy(&asked.body).into_owned();
                format!("{} {} {headers:?} {body:?}", asked.method, asked.url)
            }
            Err(error) => error.to_string(),
        };
        format!("{}{star} {asked}", item.id.unwrap_or_default())
    };
    match read(body) {
        Ok(items) => items.into_iter().map(show).collect(),
        Err(error) => vec![error.to_string()],
    }
}

const HTTP: &str = "Content-Type: application/http";

#[test]
fn requests_are_read_from_their_parts() {
    let check = |message: &str, expect: &str| {
        let body = format!("{}--b--", part(&format!("{HTTP}||{message}")));
        assert_eq!(shown(&body), [format!(" {expect}")], "{message}");
        // The lines of files may end without the carriage return.
        assert_eq!(shown(&body.replace('\r', "")), [format!(" {}", expect.replace("\\r", ""))]);
    };
    check("GET a HTTP/1.1||", "GET a [] \"\"");
    check("GET a HTTP/1.0||||", "GET a [] \"\"");
    check("GET a", "GET a [] \"\"");
    check("||GET a", "GET a [] \"\"");
    check("GET a?$filter=b eq 'HTTP/1.1' HTTP/1.1|", "GET a?$filter=b eq 'HTTP/1.1' [] \"\"");
    check("get https://x/a HTTP/1.1|Host: x|A:b ", "get https://x/a [\"Host=x\", \"A=b\"] \"\"");
    check("POST a HTTP/1.1||{}", "POST a [] \"{}\"");
    check("POST a HTTP/1.1||{||}|", "POST a [] \"{\\r\\n\\r\\n}\\r\\n\"");
    check("POST a HTTP/1.1|Content-Length: 2||{}||", "POST a [\"Content-Length=2\"] \"{}\"");
    check("POST a HTTP/1.1|Content-Length: 0||", "POST a [\"Content-Length=0\"] \"\"");
    for (message, expect) in [
        ("POST a HTTP/1.1|Content-Length: 1||{}", ItemError::Length),
        ("POST a HTTP/1.1|Content-Length: 9||{}", ItemError::Length),
        ("POST a HTTP/1.1|Content-Length: +2||{}", ItemError::Length),
        ("POST a HTTP/1.1|Content-Length: ||", ItemError::Length),
        ("POST a HTTP/1.1|Transfer-Encoding: chunked||0|||", ItemError::Http),
        ("POST a HTTP/1.1|A|B: c||", ItemError::Http),
        ("POST a HTTP/1.1|A: b| c||", ItemError::Http),
        ("POST a HTTP/1.1|A b: c||", ItemError::Http),
        ("GET", ItemError::Http),
        ("GET  HTTP/1.1", ItemError::Http),
        ("", ItemError::Http),
        ("G(T a", ItemError::Method),
        ("GET a\tb", ItemError::Url),
    ] {
        check(message, &expect.to_string());
    }
}

#[test]
fn parts_lie_between_the_boundary() {
    let get = part(&format!("Content-ID: 1|{HTTP};msgtype=request||GET a||"));
    let expect = ["1 GET a [] \"\""];
    assert_eq!(shown(&format!("{get}--b--")), expect);
    assert_eq!(shown(&format!("preamble\r\n --b\r\n--bb\r\n{get}--b-- \t\r\nepilogue")), expect);
    let open = get.replace("--b\r\n", "--b  \r\n");
    assert_eq!(shown(&format!("{open}--b--\r\n--b\r\n")), expect);
    for cut in ["", "--b", "--b-", "--b--x", "--c--"] {
        let error = MultipartError::Unterminated.to_string();
        assert_eq!(shown(&format!("{get}{cut}")), [error], "{cut}");
    }
    assert_eq!(read("--b--"), Err(MultipartError::Empty));
}

#[test]
fn change_sets_have_one_request() {
    let set = |inside: &str| {
        part(&format!("Content-Type: multipart/mixed; boundary=\"c d\"||{inside}")) + "--b--"
    };
    let post = |id: &str| format!("--c d|Content-ID: {id}|{HTTP}||POST a||{{}}|");
    assert_eq!(shown(&set(&format!("{}--c d--", post("1")))), ["1* POST a [] \"{}\""]);
    let refused = |inside: &str, error: MultipartError| {
        assert_eq!(read(&set(inside)), Err(error), "{inside}");
    };
    refused(&format!("{}{}--c d--", post("1"), post("2")), MultipartError::ChangeSet);
    refused("--c d--", MultipartError::Empty);
    refused(&post("1"), MultipartError::Unterminated);
    let get = post("1").replace("POST", "GET");
    refused(&format!("{get}--c d--"), MultipartError::ReadInChangeSet("GET".to_owned()));
    let nested = "--c d|Content-Type: multipart/mixed;boundary=e||--e--|--c d--";
    refused(nested, MultipartError::ContentType { part: 1 });
}

#[test]
fn what_is_no_batch_is_refused() {
    let check = |head: &str, error: MultipartError| {
        let body = format!("{}--b--", part(&format!("{head}||GET a")));
        assert_eq!(read(&body), Err(error), "{head}");
    };
    check("", MultipartError::ContentType { part: 1 });
    check("A: b", MultipartError::ContentType { part: 1 });
    check("Content-Type: application/json", MultipartError::ContentType { part: 1 });
    check("Content-Type: multipart/mixed", MultipartError::Boundary);
    check("Content-Type", MultipartError::Headers { part: 1 });
    check(&format!("{HTTP}|{HTTP}"), MultipartError::Headers { part: 1 });
    let encoding = |name: &str| format!("{HTTP}|content-transfer-encoding: {name}");
    check(&encoding("base64"), MultipartError::TransferEncoding { part: 1 });
    for id in ["", "a b", "a/b", "ä", "<1>"] {
        check(&format!("{HTTP}|Content-ID: {id}"), MultipartError::ContentId { part: 1 });
    }
    let named = |id: &str| part(&format!("{HTTP}|Content-ID: {id}|{}||GET a", encoding("Binary")));
    let named = |id: &str| named(id).replacen(&format!("{HTTP}\r\n"), "", 1);
    let twice = format!("{}{}--b--", named("a"), named("a"));
    assert_eq!(read(&twice), Err(MultipartError::DuplicateId("a".to_owned())));
    assert_eq!(read(&format!("{}{}--b--", named("a"), named("A"))).unwrap().len(), 2);
    let many: String = ["1", "2", "3", "4"].map(named).concat();
    assert_eq!(read(&format!("{many}--b--")), Err(MultipartError::TooMany(3)));
    for content_type in [
        "multipart/mixed",
        "multipart/mixed;boundary=",
        "multipart/mixed;boundary=\"a \"",
        "multipart/mixed;boundary=\"a\u{e9}\"",
        "multipart/mixed;boundary=a b",
        &format!("multipart/mixed;boundary={}", "a".repeat(71)),
    ] {
        let refused = read_multipart(content_type, b"--a--", 3);
        assert_eq!(refused, Err(MultipartError::Boundary), "{content_type}");
    }
}

fn answer(id: &str, status: u16, body: AnswerBody) -> ItemAnswer {
    let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
    ItemAnswer { id: id.to_owned(), status, headers, body }
}

#[test]
fn answers_have_the_structure_of_the_requests() {
    let text = AnswerBody::Text("7".to_owned());
    let all = [
        (answer("1", 200, text.clone()), "OK", false),
        (answer("", 204, AnswerBody::None), "No Content", true),
        (answer("2", 404, AnswerBody::None), "Not Found", true),
    ];
    let all = all.map(|(answer, reason, is_change_set)| MultipartAnswer {
        answer,
        reason,
        is_change_set,
    });
    let head = "Content-Type: application/http|Content-Transfer-Encoding: binary|";
    let kind = "Content-Type: text/plain|";
    let expect = format!(
        "--b|{head}Content-ID: 1||HTTP/1.1 200 OK|{kind}Content-Length: 1||7|\
         --b|Content-Type: multipart/mixed; boundary=b-set||\
         --b-set|{head}|HTTP/1.1 204 No Content|{kind}||--b-set--|\
         --b|{head}Content-ID: 2||HTTP/1.1 404 Not Found|{kind}||--b--|"
    );
    let written = String::from_utf8(write_multipart(&all, "b")).unwrap();
    assert_eq!(written, expect.replace('|', "\r\n"));
}

proptest! {
    #[test]
    fn requests_are_read_as_they_were_written(
        items in prop::collection::vec(
            (
                prop::option::of("[A-Za-z0-9._~-]{1,8}"),
                any::<bool>(),
                "[A-Z]{1,6}",
                "[!-~]{1,20}",
                prop::collection::vec(any::<u8>(), 0..40),
            ),
            1..3,
        )
    ) {
        let mut body = Vec::new();
        for (id, set, method, url, content) in &items {
            let id = id.as_ref().map(|id| format!("Content-ID: {id}\r\n")).unwrap_or_default();
            let open = if *set { "--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n--c" } else { "--b" };
            let close = if *set { "\r\n--c--\r\n" } else { "\r\n" };
            let length = content.len();
            let head = format!(
                "{open}\r\n{HTTP}\r\n{id}\r\n{method} {url} HTTP/1.1\r\nContent-Length: {length}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(close.as_bytes());
        }
        body.extend_from_slice(b"--b--");
        let clean = |(.., content): &(_, _, _, _, Vec<u8>)| !content.windows(2).any(|it| it == b"--");
        prop_assume!(items.iter().all(clean));
        let ids: Vec<_> = items.iter().filter_map(|(id, ..)| id.clone()).collect();
        let is_read = |(_, set, method, ..): &(_, bool, String, _, _)| *set && (method == "GET" || method == "HEAD");
        match read_multipart(TYPE, &body, 3) {
            Ok(read) => {
                prop_assert_eq!(read.len(), items.len());
                for (read, (id, set, method, url, content)) in read.iter().zip(&items) {
                    prop_assert_eq!((&read.id, read.is_change_set), (id, *set));
                    let request = read.request.as_ref().unwrap();
                    prop_assert_eq!((&request.method, &request.url, &request.body), (method, url, content));
                }
            }
            Err(MultipartError::DuplicateId(id)) => {
                prop_assert!(ids.iter().filter(|own| **own == id).count() > 1);
            }
            Err(MultipartError::ReadInChangeSet(_)) => prop_assert!(items.iter().any(is_read)),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn no_bytes_panic(
        body in prop::collection::vec(
            prop::sample::select(vec![
                "--b", "--", "--c", "\r\n", "\n", "Content-Type: application/http", "é", " ", ":",
                "Content-Type: multipart/mixed;boundary=c", "Content-ID: 1", "GET a HTTP/1.1",
                "Content-Length: 1", "x",
            ]),
            0..40,
        ),
        content_type in "multipart/mixed; ?boundary=\"?[bc \"\\\\]{0,5}",
    ) {
        drop(read(&body.concat()));
        drop(read_multipart(&content_type, body.concat().as_bytes(), 3));
    }
}
