//! Sending what is due, by one process at a time.

use std::sync::Arc;
use std::time::Duration;

use pages::{MailKind, MailView, Seller};

use crate::checkout::desk::{Desk, DeskError};
use crate::checkout::keys;
use crate::clock;
use crate::mail::{Letter, Post, PostError};
use crate::observe::recurring::Recurring;
use crate::store::lease::Turns;
use crate::store::outbox::{Due, Ended, Mail};

/// The time between two looks into the outbox.
const EVERY: Duration = Duration::from_secs(1);

/// How many mails are sent in a round.
const AT_ONCE: i64 = 20;

/// How long the first wait for another try is, in milliseconds; each one is twice the one before.
const FIRST_WAIT: i64 = 30_000;

/// The longest wait: four hours.
const LONGEST_WAIT: i64 = 4 * 60 * 60 * 1_000;

/// The time after which a mail that is being sent has lost its process: far longer than a server may take.
const LOST: i64 = 5 * 60 * 1_000;

/// The parts that sending takes.
#[derive(Clone, Debug)]
pub(crate) struct Mailer {
    pub(crate) desk: Desk,
    pub(crate) post: Arc<dyn Post>,
    pub(crate) seller: Arc<Seller>,
    /// The shop's address, without a slash at its end.
    pub(crate) shop_url: String,
}

/// Sends until the program ends.
pub(crate) async fn send(mailer: Mailer, mut turns: Turns) {
    let mut trouble = Recurring::new("mails are not sent", "mails are sent again");
    loop {
        tokio::time::sleep(EVERY).await;
        let outcome = match turns.is_mine(clock::now()).await {
            Ok(true) => mailer.send_due().await,
            Ok(false) => continue,
            Err(error) => Err(error.into()),
        };
        match outcome {
            // Nothing was due, which says nothing of the server.
            Ok(0) => {}
            Ok(_) => trouble.note(Ok(())),
            Err(error) => trouble.note(Err(error)),
        }
    }
}

impl Mailer {
    /// One round, which ends at the first trouble of the server: each further mail would meet the same, and take its time. Returns how many mails
    /// were sent or refused for good.
    async fn send_due(&self) -> anyhow::Result<usize> {
        let store = &self.desk.store;
        let now = clock::now();
        let lost = store.give_up_mails(now - LOST, now).await?;
        if lost > 0 {
            tracing::error!(mails = lost, "mails may not have been sent");
        }
        let mut done = 0;
        for due in store.due_mails(now, AT_ONCE).await? {
            self.send_one(&due).await?;
            done += 1;
        }
        Ok(done)
    }

    async fn send_one(&self, due: &Due) -> anyhow::Result<()> {
        let store = &self.desk.store;
        let key = keys::random()?;
        let letter = self.letter(due, &key).await?;
        if !store.take_mail(due, &keys::hash(&key), clock::now()).await? {
            return Ok(());
        }
        let outcome = self.post.send(&letter).await;
        let now = clock::now();
        let ended = match &outcome {
            Ok(()) => Ended::Sent,
            Err(PostError::Later(_)) => Ended::Again(now + wait(due.tries)),
            Err(PostError::Refused(_)) => Ended::Refused,
            Err(PostError::Unsure(_)) => Ended::Unsure,
        };
        store.end_mail(&due.id, ended, now).await?;
        match outcome {
            Ok(()) => Ok(()),
            // The server's own trouble lasts, and is one line for all mails.
            Err(error @ PostError::Later(_)) => Err(error.into()),
            Err(error) => {
                let is_the_servers = matches!(error, PostError::Unsure(_));
                let error = anyhow::Error::new(error);
                tracing::error!(mail = due.id, error = format!("{error:#}"), "mail not sent");
                if is_the_servers { Err(error) } else { Ok(()) }
            }
        }
    }

    async fn letter(&self, due: &Due, key: &str) -> Result<Letter, DeskError> {
        let order = self.desk.store.order(&due.order).await?.ok_or(DeskError::Unknown)?;
        let view = self.desk.order_view(order).await?;
        let link = format!("{}/orders/{}?key={key}", self.shop_url, view.number);
        let kind = match due.kind {
            Mail::Received => MailKind::Received,
            Mail::Paid => MailKind::Paid,
            Mail::Shipped => MailKind::Shipped,
            Mail::Refunded => MailKind::Refunded,
            Mail::Cancelled => MailKind::Cancelled,
            Mail::Withdrawn => MailKind::Withdrawn,
        };
        let mail = pages::mail(&MailView { kind, order: &view, seller: &self.seller, link: &link });
        Ok(Letter {
            id: due.id.clone(),
            to: view.contact.email,
            name: view.contact.name,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
        })
    }
}

/// The wait before another try, after so many.
fn wait(tries: i64) -> i64 {
    let doublings = u32::try_from(tries.clamp(0, 16)).unwrap_or(16);
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn waits_grow_to_four_hours() {
        assert_eq!([0, 1, 2, 20].map(wait), [30_000, 60_000, 120_000, 14_400_000]);
    }
}
