//! The ledger of promises: the real program is ended at every bad moment, and nothing may be lost, stuck,
//! malformed or paid twice.
//!
//! [`house`] is what is killed and what it asks, [`audit`] reads afterwards what became of it all.
//! [`kills`] ends it at random, [`places`] at every named place, [`stalls`] stops it past its time,
//! [`clocks`] puts its clock, [`full_disk`] fills its disk.

mod audit;
mod clocks;
mod full_disk;
mod house;
mod kills;
mod places;
mod stalls;
