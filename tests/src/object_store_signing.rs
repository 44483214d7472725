//! HMAC and AWS signature version 4 from their specifications, on nothing but a hash: the independent half of what is compared.
//! Signs a PUT with a whole body; verifies nothing.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::store_clock::amz_date;

/// Bytes that SHA-256 works on at a time.
const BLOCK: usize = 64;

/// Whose key signs, and for which region.
#[derive(Clone, Debug)]
pub(crate) struct Signer<'a> {
    pub(crate) access_key: &'a str,
    pub(crate) secret_key: &'a str,
    pub(crate) region: &'a str,
}

/// HMAC-SHA-256 (RFC 2104).
pub fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

/// Two lower-case digits a byte.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes what is written");
        text
    })
}

impl Signer<'_> {
    /// The headers of a signed PUT. `path` needs no escaping: keys consist of letters, digits, `.`, `_`, `-` and `/`.
    pub(crate) fn put(&self, host: &str, path: &str, body: &[u8], now: u64) -> Vec<(&'static str, String)> {
        let (date, hash) = (amz_date(now), hexadecimal(&Sha256::digest(body)));
        let signed = "host;x-amz-content-sha256;x-amz-date";
        let request =
            format!("PUT\n{path}\n\nhost:{host}\nx-amz-content-sha256:{hash}\nx-amz-date:{date}\n\n{signed}\n{hash}");
        let day = &date[..8];
        let scope = format!("{day}/{}/s3/aws4_request", self.region);
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hexadecimal(&Sha256::digest(request.as_bytes())));
        let secret = format!("AWS4{}", self.secret_key).into_bytes();
        let key = [day, self.region, "s3", "aws4_request"]
            .into_iter()
            .fold(secret, |key, part| hmac(&key, part.as_bytes()).to_vec());
        let signature = hexadecimal(&hmac(&key, text.as_bytes()));
        let credential = format!("{}/{scope}", self.access_key);
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature={signature}");
        vec![("x-amz-date", date), ("x-amz-content-sha256", hash), ("authorization", authorization)]
    }
}

#[cfg(test)]
mod tests {
    use super::{hexadecimal, hmac};

    #[test]
    fn the_codes_are_those_of_rfc_4231() {
        #[track_caller]
        fn check(key: &[u8], message: &[u8], expect: &str) {
            assert_eq!(hexadecimal(&hmac(key, message)), expect);
        }
        check(&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        check(
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        );
        check(
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        );
    }
}
