//! AWS Signature Version 4, in a request's headers, as S3 wants it: a path is neither normalised nor escaped twice.
//! Pure: time is an argument. No session tokens, no presigned URLs, no bodies in chunks.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use std::collections::BTreeMap;
use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use percent_encoding::{AsciiSet, utf8_percent_encode};
use sha2::{Digest as _, Sha256};
use time::format_description::FormatDescriptionV3;
use time::macros::format_description;
use web::form::RESERVED;

/// Carries the time of signing.
pub(crate) const DATE_HEADER: &str = "x-amz-date";
/// Carries the hash of the body, which S3 demands and other services do not.
pub(crate) const PAYLOAD_HEADER: &str = "x-amz-content-sha256";
/// Hash of the empty body.
pub(crate) const EMPTY_PAYLOAD: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const TERMINATOR: &str = "aws4_request";
/// A block of SHA-256, in bytes: the longest HMAC key that is not hashed first (RFC 2104, section 2).
const BLOCK: usize = 64;

/// Every byte to escape in a path.
const IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// A long-lived key pair. Never prints its secret.
#[derive(Clone)]
pub(crate) struct Credentials {
    access_key_id: String,
    secret_access_key: String,
}

impl Credentials {
    /// Takes a key pair as it is; the parser of the configuration checks it.
    pub(crate) fn new(access_key_id: String, secret_access_key: String) -> Self {
        Self { access_key_id, secret_access_key }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// A time as signatures carry it: `20150830T123600Z`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AmzDate(String);

impl AmzDate {
    /// From milliseconds since 1970-01-01T00:00:00Z.
    pub(crate) fn from_ms(ms: u64) -> Self {
        const FORM: FormatDescriptionV3<'_> =
            format_description!(version = 3, "[year][month][day]T[hour][minute][second]Z");
        // A date of the calendar has all the parts of the form.
        Self(shop::time::utc(ms).format(&FORM).unwrap_or_default())
    }

    /// The whole text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The day alone: `20150830`.
    fn day(&self) -> &str {
        self.0.split_once('T').map_or("", |(day, _)| day)
    }
}

/// The signed parts of a request. A header that is not listed may change on its way: Cloudflare rewrites some.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// In upper case.
    pub(crate) method: &'a str,
    /// The path as it is sent, escaped once with [`escape_path`].
    pub(crate) path: &'a str,
    /// Names and values of the query, not escaped.
    pub(crate) query: &'a [(&'a str, &'a str)],
    /// Names and values, `host` and `x-amz-date` among them; in any order.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    /// The body's SHA-256 in lower-case hexadecimal digits.
    pub(crate) payload_hash: &'a str,
}

/// A secret narrowed down to one day, region and service. Good for every request of that day, so it may be kept.
#[derive(Clone)]
pub(crate) struct SigningKey {
    access_key_id: String,
    scope: String,
    mac: Hmac<Sha256>,
}

impl SigningKey {
    /// Derives the key for the day of `date`: four HMACs.
    pub(crate) fn derive(credentials: &Credentials, date: &AmzDate, region: &str, service: &str) -> Self {
        let mut mac = keyed(format!("AWS4{}", credentials.secret_access_key).as_bytes());
        for part in [date.day(), region, service, TERMINATOR] {
            mac = keyed(&sign(mac, part));
        }
        let scope = format!("{}/{region}/{service}/{TERMINATOR}", date.day());
        Self { access_key_id: credentials.access_key_id.clone(), scope, mac }
    }

    /// The value of the `Authorization` header. `date` lies on the day the key was derived for and equals the request's
    /// `x-amz-date`; a store refuses anything else.
    pub(crate) fn authorization(&self, request: &Request<'_>, date: &AmzDate) -> String {
        let canonical = Canonical::new(request);
        let signature =
            base16ct::lower::encode_string(&sign(self.mac.clone(), &self.string_to_sign(&canonical.text, date)));
        format!(
            "{ALGORITHM} Credential={}/{}, SignedHeaders={}, Signature={signature}",
            self.access_key_id, self.scope, canonical.signed_headers
        )
    }

    fn string_to_sign(&self, canonical_request: &str, date: &AmzDate) -> String {
        let hash = base16ct::lower::encode_string(&Sha256::digest(canonical_request));
        format!("{ALGORITHM}\n{}\n{}\n{hash}", date.as_str(), self.scope)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SigningKey").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// The request in the one form that both sides hash.
struct Canonical {
    text: String,
    /// Names in order, with `;` between them.
    signed_headers: String,
}

impl Canonical {
    fn new(request: &Request<'_>) -> Self {
        let mut query: Vec<String> =
            request.query.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
        // By name, then value. Whole texts would sort otherwise: `=` comes behind `-` and digits, which names may hold.
        query.sort_unstable_by(|a, b| a.split_once('=').cmp(&b.split_once('=')));
        let mut headers: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in request.headers {
            let value = value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            headers
                .entry(name.to_ascii_lowercase())
                .and_modify(|values| {
                    values.push(',');
                    values.push_str(&value);
                })
                .or_insert(value);
        }
        let signed_headers = headers.keys().map(String::as_str).collect::<Vec<_>>().join(";");
        let lines: Vec<String> = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let text = format!(
            "{}\n{}\n{}\n{}\n{signed_headers}\n{}",
            request.method,
            request.path,
            query.join("&"),
            lines.concat(),
            request.payload_hash
        );
        Self { text, signed_headers }
    }
}

/// Escapes a path for the URL and the signature alike, once. Slashes stay; so do letters, digits and `-._~`, which are all
/// that the keys of remotes consist of.
pub(crate) fn escape_path(path: &str) -> String {
    utf8_percent_encode(path, IN_PATH).to_string()
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// HMAC under a key of any length. It is padded here because the library's constructor for that returns a `Result`, with an
/// error that cannot come.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let hash;
    let key = if key.len() > BLOCK {
        hash = Sha256::digest(key);
        hash.as_slice()
    } else {
        key
    };
    let mut block = [0; BLOCK];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    Hmac::new(&block.into())
}

fn sign(mac: Hmac<Sha256>, text: &str) -> [u8; 32] {
    mac.chain_update(text).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
