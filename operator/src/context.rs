//! The things that every command works with: store and shop, author and time of the change, and its time limit.
//! Each part is looked up when a command needs it, so that none asks for what it does not use.

use std::cell::OnceCell;

use anyhow::{Context as _, Result};
use rollout::{Change, Message};

use crate::checkout::{self, Running};
use crate::clock::{self, Seconds, StoreClock};
use crate::deadline::Deadline;
use crate::environment::{self, SHOP_URL};
use crate::http::Address;
use crate::output::{Output, note};
use crate::shop::{Asking, Shop};
use crate::stopped::{Exit, Stopped};
use crate::store::{Settings, Store};

/// The surroundings of a command.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) output: &'a Output,
    pub(crate) deadline: Deadline,
    pub(crate) clock: StoreClock,
    running: OnceCell<Option<Running>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(output: &'a Output, deadline: Deadline) -> Context<'a> {
        Context { output, deadline, clock: StoreClock::default(), running: OnceCell::new() }
    }

    /// Opens the store that the environment names, or that of the shop that runs in this checkout.
    pub(crate) async fn store(&self) -> Result<Store> {
        let settings = match self.running()? {
            Some(running) => running.store.clone(),
            None => Settings::from_environment()?,
        };
        settings.open(self.deadline.attempt(), &self.clock).await
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

    /// Begins to ask the shop what it knows, while the store is read.
    pub(crate) fn ask_shop(&self) -> Result<Asking> {
        Ok(Asking::begin(self.shop()?))
    }

    /// Now, by the store's clock once it has answered.
    pub(crate) fn now(&self) -> Result<Seconds> {
        self.clock.now()
    }

    /// A change that is made now. Comes after a first answer of the store, whose time it carries.
    pub(crate) fn change(&self, message: &Message) -> Result<Change> {
        Ok(Change { at: clock::timestamp(self.now()?)?, by: environment::author()?, message: message.clone() })
    }

    /// Waiting for a shop takes one that is known.
    pub(crate) fn check_wait(&self, wait: bool) -> Result<()> {
        if !wait || self.shop()?.is_some() {
            return Ok(());
        }
        let stopped = Stopped::new(Exit::Usage, format!("`{SHOP_URL}` is not set, so there is no shop to wait for"));
        Err(stopped.hint("set it to the address of the shop, or leave `--wait` out").into())
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
