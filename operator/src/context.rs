//! What every command works with: where the store and the shop are, who makes the change and when.
//! Each part is looked up when a command needs it, so that none asks for what it does not use.

use std::cell::OnceCell;

use anyhow::{Context as _, Result};
use rollout::{Change, Message};

use crate::checkout::{self, Running};
use crate::clock;
use crate::environment::{self, SHOP_URL};
use crate::failure::{Exit, Stopped};
use crate::http::Address;
use crate::output::{Output, note};
use crate::shop::Shop;
use crate::store::{Settings, Store};

/// The surroundings of a command.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) output: Output,
    running: OnceCell<Option<Running>>,
}

impl Context {
    pub(crate) fn new(output: Output) -> Context {
        Context { output, running: OnceCell::new() }
    }

    /// Opens the store that the environment names, or that of the shop that runs in this checkout.
    pub(crate) async fn store(&self) -> Result<Store> {
        match self.running()? {
            Some(running) => running.store.open().await,
            None => Settings::from_environment()?.open().await,
        }
    }

    /// The same, but that none is configured is an answer.
    pub(crate) async fn store_if_any(&self) -> Result<Option<Store>> {
        if self.running()?.is_none() && environment::variable(environment::BUCKET)?.is_none() {
            return Ok(None);
        }
        self.store().await.map(Some)
    }

    /// The shop, if it is known where it is.
    pub(crate) fn shop(&self) -> Result<Option<Shop>> {
        let named = environment::variable(SHOP_URL)?.map(|text| Address::new(SHOP_URL, &text)).transpose()?;
        let running = || Ok::<_, anyhow::Error>(self.running()?.map(|running| running.shop.clone()));
        let address = named.map_or_else(running, |address| Ok(Some(address)))?;
        Ok(address.map(Shop::new))
    }

    /// A change that is made now.
    pub(crate) fn change(message: Option<&str>) -> Result<Change> {
        let message = Message::new(message.unwrap_or_default())
            .map_err(|error| anyhow::Error::new(error).context(Stopped::new(Exit::Usage, "`--message` was refused")))?;
        Ok(Change { at: clock::timestamp(clock::now())?, by: environment::author()?, message })
    }

    /// The shop that runs in this checkout, unless the environment names a store.
    fn running(&self) -> Result<Option<&Running>> {
        if let Some(known) = self.running.get() {
            return Ok(known.as_ref());
        }
        let found = if Settings::are_in_environment()? {
            None
        } else {
            checkout::running().context("cannot tell whether a shop runs in this checkout")?
        };
        if let Some(running) = &found {
            note(&format!("using the bucket of the shop that runs at {}", running.shop.as_str()));
        }
        Ok(self.running.get_or_init(|| found).as_ref())
    }
}
