//! Where an S3-compatible store keeps the remotes, and the signed GET of each object in it.
//! Pure: sends nothing and reads no clock. Long-lived read-only keys alone; no session tokens, no writes.

pub(crate) mod read;
pub(crate) mod sigv4;

use std::net::Ipv4Addr;

use rollout::RemoteName;

use crate::store::s3::sigv4::{
    AmzDate, Credentials, DATE_HEADER, EMPTY_PAYLOAD, PAYLOAD_HEADER, Request, SigningKey, escape_path,
};
use shop::time::{civil_from_days, days_from_civil};

/// The store's address, such as `https://s3.eu-central-1.amazonaws.com`; unset: no S3 store.
pub(crate) const REMOTES_ENDPOINT: &str = "REMOTES_ENDPOINT";
/// The bucket; `{remote}` in it stands for a remote's name, for one bucket a remote.
pub(crate) const REMOTES_BUCKET: &str = "REMOTES_BUCKET";
/// The region of the signature; default `auto`, but for AWS, where every region counts.
pub(crate) const REMOTES_REGION: &str = "REMOTES_REGION";
/// Whose key signs. A secret variable, though it is sent in the clear.
pub(crate) const REMOTES_ACCESS_KEY_ID: &str = "REMOTES_ACCESS_KEY_ID";
/// The key itself.
pub(crate) const REMOTES_SECRET_ACCESS_KEY: &str = "REMOTES_SECRET_ACCESS_KEY";

/// The error code of a store whose clock and the signature's differ by more than its limit, 15 minutes as a rule.
pub(crate) const CLOCK_SKEWED: &str = "RequestTimeTooSkewed";

/// The only region of Cloudflare R2, which other stores accept too unless they have a region of their own.
const DEFAULT_REGION: &str = "auto";
const PLACEHOLDER: &str = "{remote}";
const SERVICE: &str = "s3";
/// Longest key id, secret and region, in bytes. AWS allows key ids of 128; the secrets in use have 40 or 64.
const KEY_LIMIT: usize = 128;
/// How much of an error document is searched. The code comes first in it, behind the XML declaration.
const ERROR_LIMIT: usize = 4096;
const CODE_LIMIT: usize = 64;

/// Why the store was refused. Every message begins with the variable's name; none shows a secret.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StoreError {
    /// One of several variables that only make sense together.
    #[error("{variable} is not set, but {set} is: an S3 store needs both")]
    Missing {
        /// The variable that is absent.
        variable: &'static str,
        /// The variable that is present.
        set: &'static str,
    },
    /// Not an address.
    #[error(
        "{REMOTES_ENDPOINT} holds `{0}`, which is no address such as `https://store.example`: a scheme, a host in lower case, an optional port other than the scheme's own, an optional path, and no query"
    )]
    Endpoint(String),
    /// A password in the address, which would end up in logs.
    #[error(
        "{REMOTES_ENDPOINT} holds a user name or password, which belong into {REMOTES_ACCESS_KEY_ID} and {REMOTES_SECRET_ACCESS_KEY}"
    )]
    UserInfo,
    /// Plain http in production or towards a host that is not this machine.
    #[error("{REMOTES_ENDPOINT} holds `{0}`: plain http is accepted on loopback and in development alone, use https")]
    Insecure(String),
    /// Not a name of a bucket.
    #[error("{REMOTES_BUCKET} is `{pattern}`, and `{bucket}` is no name of a bucket: {rule}")]
    Bucket {
        /// What the variable holds.
        pattern: String,
        /// The name that came of it.
        bucket: String,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// Not a region.
    #[error(
        "{REMOTES_REGION} is `{0}`, it must be a name such as `eu-central-1`: 1 to {KEY_LIMIT} of A-Z, a-z, 0-9, `-` and `_`"
    )]
    Region(String),
    /// AWS without a region.
    #[error("{REMOTES_REGION} is not set, and AWS, which {REMOTES_ENDPOINT} leads to, accepts no signature without it")]
    RegionMissing,
    /// Not a key.
    #[error(
        "{variable} holds {length} bytes that are no key: it has 1 to {KEY_LIMIT} printable ASCII characters without spaces{also}"
    )]
    Key {
        /// The variable.
        variable: &'static str,
        /// Its length in bytes.
        length: usize,
        /// Further characters that are refused.
        also: &'static str,
    },
}

/// A GET, ready to be sent as it is. The host's header follows from the URL.
pub(crate) struct SignedRequest {
    /// Absolute.
    pub(crate) url: String,
    /// Exactly these are signed. Others, such as `Range`, may be added.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// An S3-compatible store. Addressed path-style (`host/bucket/key`) everywhere: AWS, R2 and `MinIO` all accept it, while a
/// bucket in the host name needs a certificate that covers it, which fails for names with a dot and on loopback addresses.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    /// `https://` or `http://`.
    scheme: &'static str,
    /// Host and port, as the `Host` header has them.
    host: String,
    /// The endpoint's own path: empty, or with a slash in front and none behind.
    base: String,
    /// May hold the placeholder.
    bucket: String,
    region: String,
    credentials: Credentials,
}

impl Store {
    /// Parses the variables; one that is empty counts as absent. `None` when all are absent. The bucket's name is checked
    /// for each of `remotes`.
    pub(crate) fn parse<'a>(
        variable: impl Fn(&str) -> Option<String>,
        remotes: impl IntoIterator<Item = &'a RemoteName>,
        production: bool,
    ) -> Result<Option<Self>, StoreError> {
        let value = |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let needed = [REMOTES_ENDPOINT, REMOTES_BUCKET, REMOTES_ACCESS_KEY_ID, REMOTES_SECRET_ACCESS_KEY];
        let Some(set) = needed.into_iter().chain([REMOTES_REGION]).find(|name| value(name).is_some()) else {
            return Ok(None);
        };
        let required = |variable: &'static str| value(variable).ok_or(StoreError::Missing { variable, set });
        let (scheme, host, base) = parse_endpoint(&required(REMOTES_ENDPOINT)?, production)?;
        let bucket = required(REMOTES_BUCKET)?;
        check_pattern(&bucket, remotes)?;
        let region = match value(REMOTES_REGION) {
            Some(region) if is_region(&region) => region,
            Some(region) => return Err(StoreError::Region(region)),
            None if is_aws(&host) => return Err(StoreError::RegionMissing),
            None => DEFAULT_REGION.to_owned(),
        };
        let id = required(REMOTES_ACCESS_KEY_ID)?;
        // Both separate the parts of the `Authorization` header.
        check_key(REMOTES_ACCESS_KEY_ID, &id, "/,", ", `/` and `,`")?;
        let secret = required(REMOTES_SECRET_ACCESS_KEY)?;
        check_key(REMOTES_SECRET_ACCESS_KEY, &secret, "", "")?;
        Ok(Some(Self { scheme, host, base, bucket, region, credentials: Credentials::new(id, secret) }))
    }

    /// Where it is: endpoint and bucket.
    pub(crate) fn identity(&self) -> String {
        format!("{}{}{}/{}", self.scheme, self.host, self.base, self.bucket)
    }

    /// The request for one object, whose key is the same with one bucket for all remotes as with one each. Signs anew each
    /// time, key included: 3 µs natively, before a request that takes milliseconds. `clock_offset_ms` is added to
    /// `now_ms`, the milliseconds since 1970; see [`clock_offset_ms`].
    pub(crate) fn get(&self, remote: &RemoteName, key: &str, now_ms: u64, clock_offset_ms: i64) -> SignedRequest {
        let bucket = self.bucket.replace(PLACEHOLDER, remote.as_str());
        let path = format!("{}/{bucket}/{}", self.base, escape_path(key));
        let date = AmzDate::from_ms(now_ms.saturating_add_signed(clock_offset_ms));
        let request = Request {
            method: "GET",
            path: &path,
            query: &[],
            headers: &[("host", &self.host), (PAYLOAD_HEADER, EMPTY_PAYLOAD), (DATE_HEADER, date.as_str())],
            payload_hash: EMPTY_PAYLOAD,
        };
        let authorization =
            SigningKey::derive(&self.credentials, &date, &self.region, SERVICE).authorization(&request, &date);
        SignedRequest {
            url: format!("{}{}{path}", self.scheme, self.host),
            headers: vec![
                (PAYLOAD_HEADER, EMPTY_PAYLOAD.to_owned()),
                (DATE_HEADER, date.as_str().to_owned()),
                ("authorization", authorization),
            ],
        }
    }
}

/// The `<Code>` of an error document. Its sender is not trusted: what is found is short, and letters and digits alone, so it
/// may go into a log line.
pub(crate) fn error_code(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body.get(..ERROR_LIMIT).unwrap_or(body));
    let (code, _) = text.split_once("<Code>")?.1.split_once("</Code>")?;
    // Digits too: `XAmzContentSHA256Mismatch`.
    let allowed = (1..=CODE_LIMIT).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    allowed.then(|| code.to_owned())
}

/// By how much a store's clock is ahead of `now_ms`, after the `Date` header of its answer.
pub(crate) fn clock_offset_ms(date: &str, now_ms: u64) -> Option<i64> {
    http_date_ms(date)?.checked_signed_diff(now_ms)
}

/// Reads a `Date` header into milliseconds since 1970. Understands the one form that may be sent today, IMF-fixdate
/// (RFC 9110, section 5.6.7).
pub(crate) fn http_date_ms(date: &str) -> Option<u64> {
    const LENGTH: usize = "Sun, 06 Nov 1994 08:49:37 GMT".len();
    const DAYS: [&str; 7] = ["Thu,", "Fri,", "Sat,", "Sun,", "Mon,", "Tue,", "Wed,"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    if date.len() != LENGTH {
        return None;
    }
    let parts: Vec<&str> = date.split(' ').collect();
    let [day_name, day, month, year, time, "GMT"] = parts.as_slice() else { return None };
    let time: Vec<&str> = time.split(':').collect();
    let [hour, minute, second] = time.as_slice() else { return None };
    let (month, _) = (1..).zip(MONTHS).find(|(_, name)| name == month)?;
    let (year, day) = (digits(year, 4)?, digits(day, 2)?);
    let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
    let days = days_from_civil(year, month, day)?;
    let (weekday, _) = (0..).zip(DAYS).find(|(_, name)| name == day_name)?;
    // 1970 began on a Thursday. A second 60 is a leap second, which counts as the next minute's first.
    let valid = civil_from_days(days) == (year, month, day) && days % 7 == weekday;
    (valid && hour < 24 && minute < 60 && second <= 60)
        .then_some((days * 86_400 + hour * 3600 + minute * 60 + second) * 1000)
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u64> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Takes an endpoint apart into scheme, host with port, and path. All of it is signed or sent byte for byte, so it must have
/// the form that the runtime sends: lower case, no port that the scheme implies, nothing that a URL parser would change.
fn parse_endpoint(value: &str, production: bool) -> Result<(&'static str, String, String), StoreError> {
    let refused = || StoreError::Endpoint(value.to_owned());
    if value.contains('@') {
        return Err(StoreError::UserInfo);
    }
    let (scheme, rest) = ["https://", "http://"]
        .into_iter()
        .find_map(|scheme| Some((scheme, value.strip_prefix(scheme)?)))
        .ok_or_else(refused)?;
    let secure = scheme == "https://";
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let host_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    let labels_are_whole = host.split('.').all(|label| !label.is_empty());
    // A URL parser takes a host with a number at its end for an IPv4 address and writes out its short forms.
    let is_number =
        host.rsplit('.').next().is_some_and(|label| label.starts_with(|first: char| first.is_ascii_digit()));
    let host_is_whole = labels_are_whole && (!is_number || host.parse::<Ipv4Addr>().is_ok());
    let implied = if secure { "443" } else { "80" };
    let port_allowed = |port: &str| {
        port != implied && port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)
    };
    let base = path.strip_suffix('/').unwrap_or(path);
    let segment_allowed = |segment: &str| {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        !matches!(segment, "" | "." | "..") && segment.bytes().all(unreserved)
    };
    let base_allowed = base.strip_prefix('/').is_none_or(|path| path.split('/').all(segment_allowed));
    if !host_is_whole || !host.bytes().all(host_allowed) || !port.is_none_or(port_allowed) || !base_allowed {
        return Err(refused());
    }
    if !secure && (production || !matches!(host, "127.0.0.1" | "localhost")) {
        return Err(StoreError::Insecure(value.to_owned()));
    }
    Ok((scheme, authority.to_owned(), base.to_owned()))
}

fn is_aws(host: &str) -> bool {
    host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn")
}

fn is_region(region: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    region.len() <= KEY_LIMIT && region.bytes().all(allowed)
}

fn check_key(variable: &'static str, key: &str, refused: &str, also: &'static str) -> Result<(), StoreError> {
    let allowed = |character: char| character.is_ascii_graphic() && !refused.contains(character);
    if key.len() <= KEY_LIMIT && key.chars().all(allowed) {
        return Ok(());
    }
    Err(StoreError::Key { variable, length: key.len(), also })
}

fn check_pattern<'a>(pattern: &str, remotes: impl IntoIterator<Item = &'a RemoteName>) -> Result<(), StoreError> {
    let check = |bucket: String| match broken_rule(&bucket) {
        Some(rule) => Err(StoreError::Bucket { pattern: pattern.to_owned(), bucket, rule }),
        None => Ok(()),
    };
    if pattern.contains(PLACEHOLDER) {
        remotes.into_iter().try_for_each(|remote| check(pattern.replace(PLACEHOLDER, remote.as_str())))
    } else {
        check(pattern.to_owned())
    }
}

/// The first rule that a bucket's name breaks (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>).
fn broken_rule(bucket: &str) -> Option<&'static str> {
    let edge = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends_well = |byte: Option<u8>| byte.is_some_and(edge);
    if !(3..=63).contains(&bucket.len()) {
        Some("it has 3 to 63 characters")
    } else if !bucket.bytes().all(|byte| edge(byte) || matches!(byte, b'.' | b'-')) {
        Some("it consists of a-z, 0-9, `.` and `-`; `{remote}` is the only placeholder")
    } else if !ends_well(bucket.bytes().next()) || !ends_well(bucket.bytes().next_back()) {
        Some("it starts and ends with a letter or a digit")
    } else if bucket.contains("..") {
        Some("no two dots are adjacent")
    } else if bucket.parse::<Ipv4Addr>().is_ok() {
        Some("it does not look like an IP address")
    } else if ["xn--", "sthree-", "amzn-s3-demo-"].iter().any(|prefix| bucket.starts_with(prefix)) {
        Some("`xn--`, `sthree-` and `amzn-s3-demo-` at its start are reserved")
    } else if ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|suffix| bucket.ends_with(suffix)) {
        Some("`-s3alias`, `--ol-s3`, `.mrap`, `--x-s3` and `--table-s3` at its end are reserved")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
