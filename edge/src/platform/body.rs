//! Reading a body from elsewhere chunk by chunk, up to a limit. Knows nothing of what the bytes mean, and waits as long as they
//! come: a limit in time is the caller's.

use crate::platform::runtime::{self, Buffer, Reader, Received, Stream};
use shop::catalog::trouble::Trouble;
use shop::remotes::cause::Cause;

/// Why a body was not read whole.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// It ended before its end.
    #[error("the body broke off: {0}")]
    Broken(String),
    /// It goes on beyond its limit.
    #[error("the body has more than {0} bytes")]
    TooLong(u64),
}

impl From<BodyError> for Cause {
    fn from(error: BodyError) -> Self {
        let text = error.to_string();
        match error {
            BodyError::Broken(_) => Self::cut_short(&text),
            BodyError::TooLong(_) => Self::too_large(&text),
        }
    }
}

impl From<BodyError> for Trouble {
    fn from(error: BodyError) -> Self {
        let text = error.to_string();
        match error {
            BodyError::Broken(_) => Self::cut_short(&text),
            BodyError::TooLong(_) => Self::too_large(&text),
        }
    }
}

/// The part of a body that was read.
pub(crate) struct Drained {
    pub(crate) bytes: Buffer,
    /// Whether the body ended within the limit.
    is_whole: bool,
}

impl Drained {
    pub(crate) fn whole(self, limit: u64) -> Result<Buffer, BodyError> {
        if self.is_whole { Ok(self.bytes) } else { Err(BodyError::TooLong(limit)) }
    }
}

/// Bytes beyond its limit that the content of a request may have and still be read to its end, unseen. A connection that closes
/// on unread bytes is reset, and a reset can overtake the refusal on its way to the sender (RFC 9112, section 9.6).
const UNSEEN_LIMIT: u32 = 256 * 1024;

/// Reads a stream chunk by chunk, at most `limit` bytes of it: a body can go on for ever. The bytes stay in JavaScript's memory.
pub(crate) async fn drain(stream: &Stream, limit: u64) -> Result<Drained, BodyError> {
    read(stream, limit, 0).await
}

/// Reads the content of a request like [`drain`], and past its limit as much as lets its sender get the refusal.
pub(crate) async fn drain_content(stream: &Stream, limit: u64) -> Result<Drained, BodyError> {
    read(stream, limit, UNSEEN_LIMIT).await
}

/// Takes the content of a request, whose declared length is within the limit: one promise, where [`drain_content`] has one for each chunk.
pub(crate) async fn take_content(request: &Received, limit: u64) -> Result<Buffer, BodyError> {
    let bytes = runtime::whole_content(request).await.map_err(BodyError::Broken)?;
    if u64::from(bytes.length()) > limit { Err(BodyError::TooLong(limit)) } else { Ok(bytes) }
}

async fn read(stream: &Stream, limit: u64, mut unseen: u32) -> Result<Drained, BodyError> {
    let reader = Reader::new(stream).map_err(BodyError::Broken)?;
    let mut chunks: Vec<Buffer> = Vec::new();
    let mut left = u32::try_from(limit).unwrap_or(u32::MAX);
    let mut is_whole = true;
    while let Some(bytes) = reader.next().await.map_err(BodyError::Broken)? {
        let kept = bytes.length().min(left);
        let beyond = bytes.length() - kept;
        left -= kept;
        if beyond == 0 {
            chunks.push(bytes);
            continue;
        }
        is_whole = false;
        if kept > 0 {
            chunks.push(bytes.subarray(0, kept));
        }
        if beyond > unseen {
            reader.cancel();
            break;
        }
        unseen -= beyond;
    }
    let whole = Buffer::new_with_length(chunks.iter().map(Buffer::length).sum());
    let mut at = 0;
    for chunk in chunks {
        whole.set(&chunk, at);
        at += chunk.length();
    }
    Ok(Drained { bytes: whole, is_whole })
}

#[cfg(test)]
mod tests {
    use super::BodyError;
    use shop::catalog::trouble::Trouble;
    use shop::remotes::cause::Cause;

    #[test]
    fn a_body_that_was_not_read_whole_has_a_code_and_a_text() {
        let (long, broken) = (|| BodyError::TooLong(9), || BodyError::Broken("lost\n\u{1b}[2J".to_owned()));
        let long_text = "the body has more than 9 bytes";
        let broken_text = "the body broke off: lost\\n\\u{1b}[2J";
        for (cause, code, text) in
            [(Cause::from(long()), "too-large", long_text), (Cause::from(broken()), "cut-short", broken_text)]
        {
            assert_eq!((cause.code(), cause.to_string().as_str()), (code, text));
        }
        for (trouble, code, text) in
            [(Trouble::from(long()), "too-large", long_text), (Trouble::from(broken()), "cut-short", broken_text)]
        {
            assert_eq!((trouble.code(), trouble.to_string().as_str()), (code, text));
        }
    }
}
