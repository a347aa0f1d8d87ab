//! Systems other than Linux show nothing.

use std::io;
use std::net::SocketAddr;

use super::{Blind, Glance, OurEnd, Standing, Subject};
use crate::model::sight::Sighting;

/// Never made here: `open` always tells that it is blind.
pub struct Sight {
    never: std::convert::Infallible,
}

impl Sight {
    /// Fails with `Blind::NotLinux`.
    pub fn open() -> Result<Sight, Blind> {
        Err(Blind::NotLinux)
    }

    pub fn look(&mut self, _subject: &Subject) -> Glance {
        match self.never {}
    }

    pub fn describe(&mut self, _subject: &Subject) -> Result<Sighting, Blind> {
        match self.never {}
    }

    pub fn standing(&mut self, _end: &OurEnd) -> io::Result<Standing> {
        match self.never {}
    }

    pub fn listeners(&mut self, _roots: &[i32]) -> Vec<SocketAddr> {
        match self.never {}
    }
}
