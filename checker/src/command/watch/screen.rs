//! The view at a terminal: drawn in place, with keys.

use std::io;

use super::session::Face;
use super::view::View;
use crate::machine::person::console::Screen;
use crate::report::style::Palette;

pub struct Interactive {
    screen: Screen,
    palette: Palette,
}

impl Interactive {
    pub fn open(palette: Palette) -> io::Result<Interactive> {
        Ok(Interactive { screen: Screen::take()?, palette })
    }
}

impl Face for Interactive {
    fn show(&mut self, view: &mut View) -> io::Result<()> {
        let rows = view.rows(self.screen.size(), &self.palette);
        self.screen.draw(&rows)
    }

    /// It is drawn anyway.
    fn tell(&mut self, _: &mut View) -> io::Result<()> {
        Ok(())
    }

    fn forget(&mut self) {
        self.screen.forget();
    }

    fn stop(&mut self) -> io::Result<()> {
        self.screen.while_given_back(super::stop)
    }
}
