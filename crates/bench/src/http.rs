//! HTTP/1.1 as far as a load generator needs it: one connection, kept open, bodies with a length.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A kept-open connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A whole answer, as it came.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    /// Header lines, without the status line.
    pub(crate) head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = self.read_head().await?;
        let text = std::str::from_utf8(self.buffer.get(..head).unwrap_or_default())?;
        let length = content_length(text)?;
        let end = head + 4 + length;
        while self.buffer.len() < end {
            self.read_more().await?;
        }
        let text = std::str::from_utf8(self.buffer.get(..head).unwrap_or_default())?;
        let (status, head) = text.split_once("\r\n").unwrap_or((text, ""));
        let status = status.split(' ').nth(1).context("no status")?.parse()?;
        let body = self.buffer.get(end - length..end).unwrap_or_default();
        Ok(Answer { status, head, body })
    }

    /// Reads until the blank line and returns where it begins.
    async fn read_head(&mut self) -> Result<usize> {
        loop {
            if let Some(end) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                return Ok(end);
            }
            self.read_more().await?;
        }
    }

    async fn read_more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

pub(crate) fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\
         Authorization: Bearer {token}\r\n"
    );
    if !body.is_empty() {
        text += "Content-Type: application/json\r\nContent-Length: ";
        text += &body.len().to_string();
        text += "\r\n";
    }
    text += "\r\n";
    text += body;
    text.into_bytes()
}

/// Method and target of a request: `GET /a?b`.
pub(crate) fn line(request: &[u8]) -> String {
    let line = request.split(|byte| *byte == b'\r').next().unwrap_or_default();
    String::from_utf8_lossy(line).trim_end_matches(" HTTP/1.1").to_owned()
}

fn content_length(head: &str) -> Result<usize> {
    let field = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    };
    head.lines().find_map(field).context("an answer without Content-Length")
}

#[cfg(test)]
mod tests {
    use super::{content_length, line, request};

    #[test]
    fn length_is_found_in_any_case() {
        let check = |head, expect| assert_eq!(content_length(head).ok(), expect, "{head}");
        check("HTTP/1.1 200 OK\r\ncontent-length: 12\r\ndate: x", Some(12));
        check("HTTP/1.1 200 OK\r\nContent-Length:0", Some(0));
        check("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked", None);
    }

    #[test]
    fn a_request_is_known_by_its_first_line() {
        assert_eq!(line(&request("GET", "/a?b=c", "t", "")), "GET /a?b=c");
    }

    #[test]
    fn only_a_body_has_a_length() {
        assert!(request("GET", "/a", "t", "").ends_with(b"Bearer t\r\n\r\n"));
        assert!(request("PATCH", "/a", "t", "{}").ends_with(b"Content-Length: 2\r\n\r\n{}"));
    }
}
