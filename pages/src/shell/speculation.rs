//! What the browser may fetch or render ahead of a click (<https://developer.mozilla.org/docs/Web/API/Speculation_Rules_API>): the list
//! when the pointer rests on a link to it, a product's page as a whole. Browsers that do not know the rules pass them by.
//!
//! The rules stand in the page rather than behind a `Speculation-Rules` header: they are the same 500 bytes for every page and visitor,
//! so pages stay as cacheable as they were, the policy covers them by one constant hash, and no page makes another request for them.
//! `'inline-speculation-rules'` in the policy would let any injected rules pass.
//!
//! Nothing that has an effect is named: a link with a query is no product's page here (`?cart=`), previews are left out by parameter
//! and by `rel=nofollow`, and `/api` and `/remotes` match nothing. Links of a list that its remote follows by itself (`data-mounted`)
//! are fetched once, by the remote. A page rendered ahead mounts, counts and reports nothing before it is shown (`assets/shell/loader.ts`).

/// The rules, as they stand in the script element.
pub(crate) const RULES: &str = concat!(
    r#"{"prefetch":[{"where":{"and":[{"href_matches":["/","/products","/categories"]},"#,
    r#"{"not":{"href_matches":"/*\\?*preview*"}},{"not":{"selector_matches":"[rel~=nofollow],[data-mounted] a"}}]},"eagerness":"moderate"}],"#,
    r#""prerender":[{"where":{"and":[{"href_matches":"/products/*"},{"not":{"href_matches":"/*\\?(.+)"}},"#,
    r#"{"not":{"selector_matches":"[rel~=nofollow]"}}]},"eagerness":"moderate"}]}"#,
);

/// SHA-256 of [`RULES`] in base64, as it stands in the policy.
pub(crate) const RULES_SHA256: &str = "Jcbq9mWZavyJy6+4oDiwkZL82z3NaJ7ouCl7dT0C9KU=";

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_policy_names_the_hash_of_the_rules() {
        assert_eq!(
            RULES_SHA256,
            STANDARD.encode(Sha256::digest(RULES)),
            "set `RULES_SHA256` to the value on the right"
        );
    }

    #[test]
    fn the_rules_are_json_that_can_stand_in_a_script_element() {
        let rules: serde_json::Value = serde_json::from_str(RULES).unwrap();
        assert_eq!(rules["prerender"][0]["eagerness"], "moderate");
        assert!(!RULES.contains(['<', '>', '&']));
    }
}
