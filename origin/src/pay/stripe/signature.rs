//! The signature of a webhook (<https://docs.stripe.com/webhooks/signature>): HMAC-SHA256 of the time, a dot and the raw body, in hexadecimal.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

/// The greatest age of a signature, in seconds, and how far it may lie in the future.
const AGE: u64 = 300;

/// The most signatures of a header that are compared. Stripe sends one for each secret of the last day.
const SIGNATURES: usize = 8;

/// The bytes of a signature.
const BYTES: usize = 32;

/// Why a webhook was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    /// The header is absent or has no time or no signature.
    #[error("`stripe-signature` has no time and signature, such as `t=1,v1=00`")]
    Malformed,
    /// It was signed too long ago, or in the future.
    #[error("`stripe-signature` is of another time than the last {AGE} seconds")]
    Age,
    /// The signature is not of this body with one of the secrets.
    #[error("`stripe-signature` is not of this body")]
    Wrong,
}

impl SignatureError {
    /// The label in metrics.
    pub(crate) fn label(self) -> &'static str {
        match self {
            SignatureError::Malformed => "malformed",
            SignatureError::Age => "age",
            SignatureError::Wrong => "signature",
        }
    }
}

/// Checks a header against the raw body. `now` is in seconds since 1970.
pub(crate) fn check(header: &[u8], body: &[u8], secrets: &[String], now: u64) -> Result<(), SignatureError> {
    let header = std::str::from_utf8(header).map_err(|_| SignatureError::Malformed)?;
    let (mut time, mut signatures) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", value)) if time.is_none() => time = Some(value),
            Some(("v1", value)) if signatures.len() < SIGNATURES => signatures.extend(bytes(value)),
            _ => {}
        }
    }
    let time = time.filter(|time| !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit()));
    let (Some(time), false) = (time, signatures.is_empty()) else { return Err(SignatureError::Malformed) };
    let seconds: u64 = time.parse().map_err(|_| SignatureError::Malformed)?;
    // Every pair is compared, whichever it was.
    let mut is_right = Choice::from(0);
    for secret in secrets {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { continue };
        mac.update(time.as_bytes());
        mac.update(b".");
        mac.update(body);
        let expect = mac.finalize().into_bytes();
        for signature in &signatures {
            is_right |= signature.as_slice().ct_eq(expect.as_slice());
        }
    }
    if !bool::from(is_right) {
        return Err(SignatureError::Wrong);
    }
    if now.abs_diff(seconds) > AGE { Err(SignatureError::Age) } else { Ok(()) }
}

/// The bytes of a signature in lower-case hexadecimal.
fn bytes(text: &str) -> Option<[u8; BYTES]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() != 2 * BYTES {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (place, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *place = digit(*high)? * 16 + digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AGE, SignatureError, check};

    /// Headers by `stripe.webhooks.generateTestHeaderString` of the npm package `stripe` 23.1.0: body, secret, header.
    const VECTORS: [(&str, &str, &str); 2] = [
        (
            r#"{"id":"evt_1"}"#,
            "whsec_first",
            "t=1790000000,v1=5c41e3b4dba62dc3645da632f4ef97f6b04d45f91ea3342efb0e1944569cf3f5",
        ),
        (
            "{ \"ü\" : 1 }\n",
            "whsec_second",
            "t=1790000000,v1=2fddcc424c41a2e5e56b760b6285c1a0352f267fadd616acec9e9f5c0066e00d",
        ),
    ];

    const NOW: u64 = 1_790_000_000;

    fn secrets() -> Vec<String> {
        ["whsec_other", "whsec_first", "whsec_second"].map(str::to_owned).to_vec()
    }

    #[test]
    fn signatures_of_the_official_package_pass_with_each_secret() {
        for (body, secret, header) in VECTORS {
            for now in [NOW, NOW + AGE, NOW - AGE] {
                assert_eq!(check(header.as_bytes(), body.as_bytes(), &secrets(), now), Ok(()), "{header}");
            }
            let own = [secret.to_owned()];
            // Another scheme and an older secret stand beside it.
            let (time, signature) = header.split_once(',').unwrap();
            let several = format!("{time},v0=00,v1={},{signature}", "0".repeat(64));
            assert_eq!(check(several.as_bytes(), body.as_bytes(), &own, NOW), Ok(()));
        }
    }

    #[test]
    fn altered_late_and_foreign_signatures_are_refused() {
        let (body, _, header) = VECTORS[0];
        let of = |header: &str, body: &str, secrets: &[String], now| {
            check(header.as_bytes(), body.as_bytes(), secrets, now).unwrap_err()
        };
        assert_eq!(of(header, body, &secrets(), NOW + AGE + 1), SignatureError::Age);
        assert_eq!(of(header, body, &secrets(), NOW - AGE - 1), SignatureError::Age);
        assert_eq!(of(header, r#"{"id":"evt_2"}"#, &secrets(), NOW), SignatureError::Wrong);
        assert_eq!(of(header, body, &["whsec_other".to_owned()], NOW), SignatureError::Wrong);
        assert_eq!(of(header, body, &[], NOW), SignatureError::Wrong);
        // The time is part of what is signed.
        assert_eq!(of(&header.replace("t=1790000000", "t=1790000001"), body, &secrets(), NOW), SignatureError::Wrong);
        for malformed in ["", "t=1790000000", "v1=00", &header.replace("t=", "x="), &header.replace("t=", "t=+")] {
            assert_eq!(of(malformed, body, &secrets(), NOW), SignatureError::Malformed, "{malformed}");
        }
    }

    proptest! {
        #[test]
        fn any_header_gives_a_refusal(header in proptest::collection::vec(any::<u8>(), 0..200), body: Vec<u8>) {
            prop_assert!(check(&header, &body, &secrets(), NOW).is_err());
        }

        #[test]
        fn any_text_like_a_header_gives_a_refusal(header in "(t=[0-9+-]{0,25},?|v1=[0-9a-fé]{0,70},?){0,6}", now: u64) {
            let found = check(header.as_bytes(), b"{}", &secrets(), now);
            prop_assert!(found.is_err());
        }
    }
}
