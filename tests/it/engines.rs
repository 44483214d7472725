//! Both database engines, for scenarios of the origin: each gets the URL of an empty database.

/// The secret that the edge shows to the origin.
pub(crate) const SECRET: &str = "a-secret-of-the-edge-and-the-origin";

/// The secret that staff show to the office.
pub(crate) const OFFICE: &str = "a-secret-of-the-office-alone";

/// Makes a test on each engine of every scenario: a function that gets the URL of an empty database.
macro_rules! on_both_engines {
    ($($scenario:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $scenario() {
                let folder = tempfile::tempdir().unwrap();
                super::$scenario(&format!("sqlite:{}", folder.path().join("shop.db").display()));
            })+
        }

        mod postgres {
            $(#[test] fn $scenario() { super::$scenario(&storefront_tests::postgres::postgres().database()) })+
        }
    };
}
pub(crate) use on_both_engines;
