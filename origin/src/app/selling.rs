//! What selling takes: the merchant's rules, the ways to pay, and the desk that has both.

use std::fs;
use std::sync::Arc;

use anyhow::Context as _;
use commerce::Rules;
use commerce::checkout::Way;

use crate::app::account::Account;
use crate::app::configuration::Configuration;
use crate::catalog::held::Holder;
use crate::checkout::desk::Desk;
use crate::checkout::keys;
use crate::clock;
use crate::failure::Refused;
use crate::pay::Provider;
use crate::pay::stripe::client::Client;
use crate::pay::stripe::{Stripe, check_unit};
use crate::pay::test_card::TestCard;
use crate::store::Store;

/// The rules that ship.
const RULES: &str = include_str!("../../../catalog/data/shop.toml");

/// The digits of the name of an edition of the rules.
const REVISION: usize = 16;

/// Opens the desk.
pub(super) async fn open(configuration: &Configuration, store: Store, holder: Arc<Holder>) -> anyhow::Result<Desk> {
    let rules = rules(configuration)?;
    let document = String::from_utf8(rules.to_json()).context("the rules are not UTF-8")?;
    let rules_revision = keys::hash(&document).chars().take(REVISION).collect::<String>();
    store.keep_rules(&rules_revision, &document, clock::now()).await?;
    let has_card = configuration.payments.contains(&Way::TestCard);
    let test_card = has_card.then(|| TestCard { store: store.clone() });
    let stripe = configuration.stripe.as_ref().map(|account| stripe(account, configuration, &store)).transpose()?;
    let card = test_card.iter().map(|card| -> Arc<dyn Provider> { Arc::new(card.clone()) });
    let providers = card.chain(stripe.iter().map(|stripe| -> Arc<dyn Provider> { Arc::new(stripe.clone()) })).collect();
    Ok(Desk {
        store,
        holder,
        rules: Arc::new(rules),
        rules_revision,
        ways: configuration.payments.clone(),
        providers,
        test_card,
        stripe,
        payment_time: configuration.payment_time,
    })
}

/// Stripe with the account of the shop.
fn stripe(account: &Account, configuration: &Configuration, store: &Store) -> anyhow::Result<Stripe> {
    let hint = "docs/payments.md lists the currencies that Stripe takes exactly, and the variables of its account";
    check_unit(configuration.currency).map_err(|error| {
        anyhow::Error::from(error).context(Refused::new("the server cannot take payments with Stripe".to_owned(), hint))
    })?;
    let client = Client::new(&account.api, &account.key).map_err(|error| {
        let hint = "the system's certificates are missing; SSL_CERT_FILE names a file of them";
        anyhow::Error::from(error).context(Refused::new("the server cannot call Stripe".to_owned(), hint))
    })?;
    Ok(Stripe { store: store.clone(), client, shop: account.shop.clone() })
}

/// The rules of tax, shipping and discounts.
fn rules(configuration: &Configuration) -> anyhow::Result<Rules> {
    let hint =
        "SHOP names the folder of `shop.toml`, the file that the Worker is built with; docs/selling.md describes it";
    let refused = |path: &str, error: anyhow::Error| {
        error.context(Refused::new(format!("the server cannot sell by the rules in `{path}`"), hint))
    };
    let Some(folder) = &configuration.shop else {
        return Rules::from_toml(RULES, configuration.currency).context("the rules that ship are refused");
    };
    let path = folder.join("shop.toml");
    let shown = path.display().to_string();
    let text = fs::read_to_string(&path).map_err(|error| refused(&shown, error.into()))?;
    Rules::from_toml(&text, configuration.currency).map_err(|error| refused(&shown, error.into()))
}
