//! How far selling is behind, as metrics: gauges without labels, and without anything of a person.

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Figures of the work that waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Behind {
    /// How long an order has awaited its payment beyond its time, in seconds.
    pub(crate) payment_overdue_seconds: i64,
    /// How long payments were not asked for, or orders not expired, in seconds.
    pub(crate) sweep_late_seconds: i64,
    /// How long an order has waited to be packed, in seconds: the merchant's matter.
    pub(crate) unpacked_seconds: i64,
    /// Mails that wait after several tries, or that no server took for good.
    pub(crate) mails_late: i64,
    /// Refunds that no provider makes.
    pub(crate) refunds_stuck: i64,
}

/// The gauges.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    payment_overdue: Gauge,
    sweep_late: Gauge,
    unpacked: Gauge,
    mails_late: Gauge,
    refunds_stuck: Gauge,
}

impl Gauges {
    pub(super) fn register(&self, registry: &mut Registry) {
        let rows = [
            (
                "payment_overdue_seconds",
                "Longest wait of an order for its payment beyond its time",
                &self.payment_overdue,
            ),
            (
                "sweep_late_seconds",
                "Longest time that a payment was not asked for, or an order not expired",
                &self.sweep_late,
            ),
            ("unpacked_seconds", "Longest wait of a binding order to be packed", &self.unpacked),
            ("mails_late", "Mails that wait after several tries, or that no server took for good", &self.mails_late),
            ("refunds_stuck", "Refunds that no provider makes", &self.refunds_stuck),
        ];
        for (name, help, gauge) in rows {
            registry.register(format!("selling_{name}"), help, gauge.clone());
        }
    }

    pub(super) fn show(&self, behind: Behind) {
        self.payment_overdue.set(behind.payment_overdue_seconds);
        self.sweep_late.set(behind.sweep_late_seconds);
        self.unpacked.set(behind.unpacked_seconds);
        self.mails_late.set(behind.mails_late);
        self.refunds_stuck.set(behind.refunds_stuck);
    }
}
