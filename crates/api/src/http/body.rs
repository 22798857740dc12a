use std::io::Read as _;
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;

/// Most bytes of a request body, as sent and as inflated.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;
const MAX_BODY_TIME: Duration = Duration::from_secs(30);

/// Why a request body was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// Longer than [`MAX_BODY_BYTES`], compressed or not.
    #[error("The request body is longer than {MAX_BODY_BYTES} bytes.")]
    TooLong,
    /// Did not arrive in time.
    #[error("The request body did not arrive in time.")]
    TooSlow,
    /// A coding that is not gzip.
    #[error("The content encoding {0:?} is not supported; send gzip or no encoding.")]
    Encoding(String),
    /// Announced as gzip, but is not.
    #[error("The request body is not valid gzip.")]
    Gzip(#[source] std::io::Error),
    /// The connection broke.
    #[error("The request body could not be read.")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Reads a whole body within the limits, and inflates it where it is compressed.
pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, BodyError> {
    let coding = coding(headers)?;
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > MAX_BODY_BYTES {
        return Err(BodyError::TooLong);
    }
    let limited = Limited::new(body, MAX_BODY_BYTES);
    let sent = timeout(MAX_BODY_TIME, limited.collect()).await;
    let sent = match sent.map_err(|_elapsed| BodyError::TooSlow)? {
        Ok(sent) => sent,
        Err(error) if error.is::<LengthLimitError>() => return Err(BodyError::TooLong),
        Err(error) => return Err(BodyError::Broken(error)),
    };
    match coding {
        Coding::Identity => Ok(sent.to_bytes()),
        Coding::Gzip => inflate(&sent.to_bytes()),
    }
}

#[derive(Debug, Clone, Copy)]
enum Coding {
    Identity,
    Gzip,
}

fn coding(headers: &HeaderMap) -> Result<Coding, BodyError> {
    let mut codings = headers.get_all(CONTENT_ENCODING).into_iter();
    let coding = match (codings.next(), codings.next()) {
        (None, _) => return Ok(Coding::Identity),
        (Some(coding), None) => coding.to_str().unwrap_or("?").trim().to_ascii_lowercase(),
        (Some(_), Some(_)) => return Err(BodyError::Encoding("several".into())),
    };
    match coding.as_str() {
        "" | "identity" => Ok(Coding::Identity),
        "gzip" | "x-gzip" => Ok(Coding::Gzip),
        _ => Err(BodyError::Encoding(coding)),
    }
}

/// Stops at the limit, so that a bomb costs no more than an honest body.
fn inflate(sent: &[u8]) -> Result<Bytes, BodyError> {
    let mut inflated = Vec::new();
    let most = u64::try_from(MAX_BODY_BYTES).unwrap_or(u64::MAX);
    MultiGzDecoder::new(sent)
        .take(most.saturating_add(1))
        .read_to_end(&mut inflated)
        .map_err(BodyError::Gzip)?;
    if inflated.len() > MAX_BODY_BYTES {
        return Err(BodyError::TooLong);
    }
    Ok(inflated.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use axum::http::HeaderValue;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    async fn read_as(encoding: &'static str, body: Vec<u8>) -> Result<Bytes, BodyError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        read(&headers, Body::from(body)).await
    }

    #[tokio::test]
    async fn gzip_is_inflated() {
        assert_eq!(read_as("gzip", gzip(b"{}")).await.unwrap(), "{}");
        assert_eq!(read_as("GZIP", gzip(b"{}")).await.unwrap(), "{}");
        assert_eq!(read_as("identity", b"{}".to_vec()).await.unwrap(), "{}");
    }

    #[tokio::test]
    async fn bombs_and_long_bodies_stop_at_the_limit() {
        let bomb = gzip(&vec![b' '; 200 * MAX_BODY_BYTES]);
        assert!(bomb.len() < MAX_BODY_BYTES);
        assert!(matches!(read_as("gzip", bomb).await, Err(BodyError::TooLong)));
        let long = vec![b' '; MAX_BODY_BYTES + 1];
        assert!(matches!(read_as("identity", long).await, Err(BodyError::TooLong)));
    }

    #[tokio::test]
    async fn what_is_not_gzip_is_refused() {
        assert!(matches!(read_as("gzip", b"{}".to_vec()).await, Err(BodyError::Gzip(_))));
        let mut cut = gzip(b"{\"a\":1}");
        cut.truncate(cut.len() - 4);
        assert!(matches!(read_as("gzip", cut).await, Err(BodyError::Gzip(_))));
        let mut trailing = gzip(b"{}");
        trailing.extend(b"junk");
        assert!(matches!(read_as("gzip", trailing).await, Err(BodyError::Gzip(_))));
        assert!(matches!(read_as("br", b"{}".to_vec()).await, Err(BodyError::Encoding(_))));
        assert!(matches!(read_as("gzip, gzip", gzip(b"")).await, Err(BodyError::Encoding(_))));
    }
}
