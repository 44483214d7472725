//! What selling takes: the merchant's rules, the ways to pay, the desk that has both, and the work that goes on beside requests.

use std::fs;
use std::sync::Arc;

use anyhow::Context as _;
use commerce::Rules;
use commerce::checkout::Way;
use pages::Seller;
use pages::build::MerchantFiles;

use crate::app::account::Account;
use crate::app::configuration::Configuration;
use crate::app::sales::Mails;
use crate::catalog::held::Holder;
use crate::checkout::desk::Desk;
use crate::checkout::keys;
use crate::checkout::sweep::sweep;
use crate::checkout::watch::watch;
use crate::clock;
use crate::failure::Refused;
use crate::mail::Post;
use crate::mail::mailbox::Mailbox;
use crate::mail::send::{Mailer, send};
use crate::mail::smtp::Smtp;
use crate::observe::metrics::Metrics;
use crate::pay::Provider;
use crate::pay::manual::Manual;
use crate::pay::stripe::client::Client;
use crate::pay::stripe::{Stripe, check_unit};
use crate::pay::test_card::TestCard;
use crate::rules::Rulebook;
use crate::store::Store;
use crate::store::lease::Turns;

/// The rules that ship.
const RULES: &str = include_str!("../../../catalog/data/shop.toml");

/// A shop that sells.
pub(super) struct Selling {
    pub(super) desk: Desk,
    /// Where mails go while somebody tries the shop out.
    pub(super) mailbox: Option<Arc<Mailbox>>,
}

/// Opens the desk, and begins to sweep, to send mails and to report what is behind, until the program ends.
pub(super) async fn start(
    configuration: &Configuration,
    store: Store,
    holder: Arc<Holder>,
    metrics: Arc<Metrics>,
) -> anyhow::Result<Selling> {
    let (rules, seller) = shop(configuration)?;
    let desk = open(configuration, store.clone(), holder, rules).await?;
    tokio::spawn(sweep(desk.clone(), Turns::new(store.clone(), "sweep", keys::random()?)));
    tokio::spawn(watch(desk.clone(), metrics));
    let (mailer, mailbox) = mailer(configuration, &desk, seller)?;
    if let Some(mailer) = mailer {
        tokio::spawn(send(mailer, Turns::new(store, "mail", keys::random()?)));
    }
    Ok(Selling { desk, mailbox })
}

async fn open(configuration: &Configuration, store: Store, holder: Arc<Holder>, rules: Rules) -> anyhow::Result<Desk> {
    let opened = Rulebook::open(store.clone(), rules, clock::now()).await.map_err(|error| {
        let hint = "a later release may have put them in force, or CURRENCY is another one than theirs";
        anyhow::Error::from(error).context(Refused::new("the server cannot sell by the rules in its database", hint))
    });
    let rules = Arc::new(opened?);
    tokio::spawn(Arc::clone(&rules).follow(configuration.catalog_rules.every));
    let has_card = configuration.payments.contains(&Way::TestCard);
    let test_card = has_card.then(|| TestCard { store: store.clone() });
    let stripe = configuration.stripe.as_ref().map(|account| stripe(account, configuration, &store)).transpose()?;
    let mut providers: Vec<Arc<dyn Provider>> = Vec::new();
    // Orders of a way that the merchant has given up since are refunded too.
    for way in Way::ALL.into_iter().filter(|way| way.is_later()) {
        providers.push(Arc::new(Manual { store: store.clone(), way }));
    }
    if let Some(card) = &test_card {
        providers.push(Arc::new(card.clone()));
    }
    if let Some(stripe) = stripe.clone() {
        providers.push(Arc::new(stripe));
    }
    Ok(Desk {
        store,
        holder,
        rules,
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

/// The sender of mails, and the mailbox where they are kept instead.
fn mailer(
    configuration: &Configuration,
    desk: &Desk,
    seller: Seller,
) -> anyhow::Result<(Option<Mailer>, Option<Arc<Mailbox>>)> {
    let mailbox = Arc::new(Mailbox::default());
    let post: Arc<dyn Post> = match &configuration.mails {
        Mails::Nowhere => return Ok((None, None)),
        Mails::Mailbox => Arc::clone(&mailbox) as Arc<dyn Post>,
        Mails::Server { url, from } => {
            let from =
                from.clone().unwrap_or_else(|| format!("\"{}\" <{}>", seller.name.replace('"', "'"), seller.email));
            let server = Smtp::new(url, &from, &configuration.shop_url).map_err(|error| {
                let hint = "SMTP_URL names the server; MAIL_FROM the sender, by default the name and the e-mail address in `shop.toml`";
                anyhow::Error::from(error).context(Refused::new("the server cannot send mails", hint))
            })?;
            Arc::new(server)
        }
    };
    let has_mailbox = configuration.mails == Mails::Mailbox;
    let shop_url = configuration.shop_url.clone();
    let mailer = Mailer { desk: desk.clone(), post, seller: Arc::new(seller), shop_url };
    Ok((Some(mailer), has_mailbox.then_some(mailbox)))
}

/// The rules of tax, shipping and discounts, and who sells.
fn shop(configuration: &Configuration) -> anyhow::Result<(Rules, Seller)> {
    let hint =
        "SHOP names the folder of `shop.toml`, the file that the Worker is built with; docs/selling.md describes it";
    let refused = |path: &str, error: anyhow::Error| {
        error.context(Refused::new(format!("the server cannot sell by the rules in `{path}`"), hint))
    };
    let Some(folder) = &configuration.shop else {
        let files = MerchantFiles::read(RULES, configuration.currency).context("the rules that ship are refused")?;
        return Ok((files.rules().clone(), files.seller()));
    };
    let path = folder.join("shop.toml");
    let shown = path.display().to_string();
    let text = fs::read_to_string(&path).map_err(|error| refused(&shown, error.into()))?;
    let files = MerchantFiles::read(&text, configuration.currency).map_err(|error| refused(&shown, error.into()))?;
    Ok((files.rules().clone(), files.seller()))
}
