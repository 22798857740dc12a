use bytes::Bytes;
use reqwest::Response;

use crate::answer::Failure;

/// The body of an answer, piece by piece, unpacked.
#[derive(Debug)]
pub(crate) struct Body(Response);

impl Body {
    pub(super) fn new(response: Response) -> Self {
        Self(response)
    }

    pub(crate) async fn piece(&mut self) -> Result<Option<Bytes>, Failure> {
        self.0.chunk().await.map_err(|error| {
            let error = error.without_url();
            if error.is_timeout() { Failure::TimedOut(error) } else { Failure::Cut(error) }
        })
    }

    /// The whole body, which is a small one.
    pub(crate) async fn whole(mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let mut whole = Vec::new();
        while let Some(piece) = self.piece().await? {
            if whole.len() + piece.len() > limit {
                return Err(Failure::TooLarge { limit });
            }
            whole.extend_from_slice(&piece);
        }
        Ok(whole)
    }

    /// As much of the body as there is, up to the limit, to see what it is about.
    pub(crate) async fn beginning(mut self, limit: usize) -> Vec<u8> {
        let mut beginning = Vec::new();
        while let Ok(Some(piece)) = self.piece().await {
            let room = limit - beginning.len();
            beginning.extend_from_slice(piece.get(..room).unwrap_or(&piece));
            if piece.len() >= room {
                break;
            }
        }
        beginning
    }
}
