//! HTTP/1.1 as far as these tests need it: one connection, kept open.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// Path of the collection.
pub(crate) const CONNECTIONS: &str = "/beta/deviceManagement/serviceNowConnections";

/// A kept-open connection.
#[derive(Debug)]
pub(crate) struct Connection(BufReader<TcpStream>);

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: Vec<String>,
    pub(crate) body: String,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        Self(BufReader::new(stream))
    }

    /// Sends a request with a body, which may be empty, and reads the answer.
    pub(crate) fn call(&mut self, head: &str, token: &str, body: &str) -> io::Result<Answer> {
        self.write(&format!("{}{body}", request_head(head, token, body.len())))?;
        self.read()
    }

    /// Sends the head and returns when the server asks for the body: the request is under way.
    pub(crate) fn begin(&mut self, head: &str, token: &str, length: usize) {
        let head = request_head(head, token, length);
        self.write(&head.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n")).unwrap();
        self.read().unwrap().expect(100);
    }

    pub(crate) fn write(&mut self, text: &str) -> io::Result<()> {
        self.0.get_mut().write_all(text.as_bytes())
    }

    pub(crate) fn read(&mut self) -> io::Result<Answer> {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let status = head[0].split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Answer { status, head, body: String::new() };
        let body = if answer.header("transfer-encoding") == "chunked" {
            self.chunks()?
        } else {
            self.bytes(answer.header("content-length").parse().unwrap_or(0))?
        };
        answer.body = String::from_utf8(body).unwrap();
        Ok(answer)
    }

    fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// RFC 9112 section 7.1, with no trailers.
    fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let mut size = String::new();
            self.0.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim_end(), 16).map_err(io::Error::other)?;
            body.extend(self.bytes(size)?);
            self.bytes("\r\n".len())?;
            if size == 0 {
                return Ok(body);
            }
        }
    }
}

impl Answer {
    /// Empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let lines = self.head.iter().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
            .next()
            .unwrap_or("")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

/// The head of a request; `line` is method and path.
fn request_head(line: &str, token: &str, length: usize) -> String {
    let kind = if line.ends_with("/token") {
        "application/x-www-form-urlencoded"
    } else {
        "application/json"
    };
    let mut head = format!("{line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n");
    if !token.is_empty() {
        head = format!("{head}Authorization: Bearer {token}\r\n");
    }
    head + &format!("Content-Length: {length}\r\n\r\n")
}

/// One call on a connection of its own.
pub(crate) fn call(address: &str, head: &str, token: &str, body: &str) -> Answer {
    Connection::open(address).call(head, token, body).unwrap()
}
