//! Preview links: a visitor asks for certain versions, in the query `remote.<name>=<version>`, and an operator's signature allows
//! it until a certain time. The same text goes into a cookie. Decides nothing about whether a version exists.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use web::foreign::excerpt;

use crate::{RemoteName, Version};

/// A remote's parameter is this and its name.
pub const REMOTE_PREFIX: &str = "remote.";

/// When the preview ends, in seconds since 1970.
pub const EXPIRES: &str = "preview.expires";
/// The operator's signature: HMAC-SHA-256 in hexadecimal.
pub const SIGNATURE: &str = "preview.signature";

/// Most remotes that one preview names.
pub const PREVIEW_LIMIT: usize = 8;

/// Fewest characters of the secret that signs previews: 128 bits in hexadecimal.
pub const SECRET_LEAST: usize = 32;

/// Hexadecimal digits of a signature.
const SIGNATURE_LENGTH: usize = 64;

/// Most digits of a time, so that every signed text can be read again.
const EXPIRES_DIGITS: usize = 12;

/// Longest time that a signed preview may last, in seconds: 30 days.
pub const PREVIEW_SECONDS: u64 = 30 * 24 * 60 * 60;

/// The start of every signed text, so that a signature made for another purpose is refused.
const PURPOSE: &str = "storefront-preview-1\n";

/// Why a preview was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PreviewError {
    /// A parameter that does not belong to a preview.
    #[error(
        "`{0}` is no parameter of a preview: they are `remote.<name>`, `preview.expires` and `preview.signature`, each once"
    )]
    Parameter(String),
    /// Not a remote and a version.
    #[error("`{0}` names no version of a remote, such as `remote.products=1.4.2`")]
    Version(String),
    /// Names none, or more than [`PREVIEW_LIMIT`].
    #[error("a preview names 1 to {PREVIEW_LIMIT} remotes")]
    Count,
    /// Not a time, or too far away.
    #[error("`preview.expires` is a time in seconds since 1970, at most 30 days away")]
    Expires,
    /// Not signed, not by this shop, or changed afterwards.
    #[error("the preview is not signed by this shop's operators")]
    Signature,
    /// Nobody may guess the secret.
    #[error("the secret that signs previews has at least {SECRET_LEAST} characters")]
    Secret,
    /// The link has expired.
    #[error("the preview has ended")]
    Ended,
}

/// Versions that somebody wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    versions: BTreeMap<RemoteName, Version>,
    expires: Option<u64>,
    signature: Option<String>,
}

/// Whether a parameter of a query belongs to a preview.
pub fn is_parameter(name: &str) -> bool {
    name.starts_with(REMOTE_PREFIX) || matches!(name, EXPIRES | SIGNATURE)
}

impl Preview {
    /// A preview of these versions, not signed yet.
    pub fn new(versions: impl IntoIterator<Item = (RemoteName, Version)>) -> Result<Self, PreviewError> {
        let versions: BTreeMap<RemoteName, Version> = versions.into_iter().collect();
        if versions.is_empty() || versions.len() > PREVIEW_LIMIT {
            return Err(PreviewError::Count);
        }
        Ok(Self { versions, expires: None, signature: None })
    }

    /// Reads the parameters of a preview, already decoded, and ignores others. `Ok(None)` for a query without any.
    pub fn parse<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Option<Self>, PreviewError> {
        let mut preview = Self::default();
        let mut any = false;
        for (name, value) in parameters.filter(|(name, _)| is_parameter(name)) {
            any = true;
            match name {
                EXPIRES if preview.expires.is_none() => {
                    let digits = value.len() <= EXPIRES_DIGITS && value.bytes().all(|byte| byte.is_ascii_digit());
                    let time = value.parse().ok().filter(|_| digits);
                    preview.expires = Some(time.ok_or(PreviewError::Expires)?);
                }
                SIGNATURE if preview.signature.is_none() => {
                    // One preview has one signed text: anything but the form that is written here was changed on its way.
                    let digits = value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
                    let signature = Some(value).filter(|value| digits && value.len() == SIGNATURE_LENGTH);
                    preview.signature = Some(signature.ok_or(PreviewError::Signature)?.to_owned());
                }
                EXPIRES | SIGNATURE => return Err(PreviewError::Parameter(excerpt(name))),
                _ => {
                    let named = name.strip_prefix(REMOTE_PREFIX).and_then(|remote| RemoteName::new(remote).ok());
                    let (Some(remote), Ok(version)) = (named, Version::new(value)) else {
                        return Err(PreviewError::Version(excerpt(&format!("{name}={value}"))));
                    };
                    if preview.versions.len() >= PREVIEW_LIMIT {
                        return Err(PreviewError::Count);
                    }
                    if preview.versions.insert(remote, version).is_some() {
                        return Err(PreviewError::Parameter(excerpt(name)));
                    }
                }
            }
        }
        match (any, preview.versions.is_empty()) {
            (false, _) => Ok(None),
            (true, true) => Err(PreviewError::Count),
            (true, false) => Ok(Some(preview)),
        }
    }

    /// Reads the text form, as a cookie carries it.
    pub fn from_text(text: &str) -> Result<Option<Self>, PreviewError> {
        Self::parse(text.split('&').map(|part| part.split_once('=').unwrap_or((part, ""))))
    }

    /// The signed preview, good until `expires`, in seconds since 1970.
    pub fn signed(mut self, secret: &[u8], expires: u64) -> Result<Self, PreviewError> {
        if expires.to_string().len() > EXPIRES_DIGITS {
            return Err(PreviewError::Expires);
        }
        self.expires = Some(expires);
        let code = self.code(secret)?;
        self.signature = Some(base16ct::lower::encode_string(&code.finalize().into_bytes()));
        Ok(self)
    }

    /// Checks signature and time; `now` is in seconds since 1970. The signature is compared in constant time.
    pub fn verify(&self, secret: &[u8], now: u64) -> Result<(), PreviewError> {
        let given = self.signature.as_deref().ok_or(PreviewError::Signature)?;
        let given = base16ct::lower::decode_vec(given).map_err(|_| PreviewError::Signature)?;
        let code = self.code(secret)?;
        code.verify_slice(&given).map_err(|_| PreviewError::Signature)?;
        self.check_time(now)?;
        if self.expires.is_none() { Err(PreviewError::Expires) } else { Ok(()) }
    }

    /// Checks the time alone, where previews need no signature.
    pub fn check_time(&self, now: u64) -> Result<(), PreviewError> {
        match self.expires {
            Some(expires) if expires <= now => Err(PreviewError::Ended),
            Some(expires) if expires - now > PREVIEW_SECONDS => Err(PreviewError::Expires),
            _ => Ok(()),
        }
    }

    /// The version of a remote.
    pub fn version(&self, remote: &RemoteName) -> Option<&Version> {
        self.versions.get(remote)
    }

    /// All versions, by remote.
    pub fn versions(&self) -> &BTreeMap<RemoteName, Version> {
        &self.versions
    }

    /// When it ends, in seconds since 1970.
    pub fn expires(&self) -> Option<u64> {
        self.expires
    }

    fn code(&self, secret: &[u8]) -> Result<Hmac<Sha256>, PreviewError> {
        if secret.len() < SECRET_LEAST {
            return Err(PreviewError::Secret);
        }
        // HMAC takes a key of any length; the signature of the constructor does not show it.
        let mut code = Hmac::<Sha256>::new_from_slice(secret).map_err(|_| PreviewError::Secret)?;
        code.update(PURPOSE.as_bytes());
        code.update(self.unsigned().as_bytes());
        Ok(code)
    }

    fn unsigned(&self) -> String {
        let mut text = String::new();
        for (remote, version) in &self.versions {
            // Writing to a string cannot fail.
            let _ = write!(text, "{REMOTE_PREFIX}{remote}={version}&");
        }
        if let Some(expires) = self.expires {
            let _ = write!(text, "{EXPIRES}={expires}&");
        }
        text.pop();
        text
    }
}

impl fmt::Display for Preview {
    /// The parameters in their one order, as they stand in a query and in the cookie: no character in them needs an escape.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.unsigned())?;
        match &self.signature {
            Some(signature) => write!(formatter, "&{SIGNATURE}={signature}"),
            None => Ok(()),
        }
    }
}
