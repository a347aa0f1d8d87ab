//! The terminal that a person sits at: a screen of its own, keys as they are pressed, and everything as it was
//! when it is given back.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{self, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{
    self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
    LeaveAlternateScreen,
};
use crossterm::{execute, queue};

/// What comes from the person at the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    Character(char),
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Escape,
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-Z.
    Suspend,
    /// The window has another size.
    Resized,
}

/// Is there a person at both ends of this process?
pub fn is_interactive() -> bool {
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
    io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb
}

/// The terminal while it is ours: the alternate screen, raw. It is given back when this is dropped, and before a
/// panic is told.
pub struct Screen {
    /// What each row shows, to draw only what changed.
    shown: Vec<String>,
}

static IS_TAKEN: AtomicBool = AtomicBool::new(false);

impl Screen {
    /// # Errors
    /// The terminal cannot be set up.
    pub fn take() -> io::Result<Screen> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        take()?;
        Ok(Screen { shown: Vec::new() })
    }

    /// Columns and rows.
    pub fn size(&self) -> (usize, usize) {
        match terminal::size() {
            Ok((columns, rows)) if columns > 0 && rows > 0 => (columns.into(), rows.into()),
            _ => (80, 24),
        }
    }

    /// Shows these rows from the top. A row must not be wider than the screen.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, rows: &[String]) -> io::Result<()> {
        let mut bytes: Vec<u8> = Vec::new();
        queue!(bytes, BeginSynchronizedUpdate)?;
        if self.shown.len() != rows.len() {
            queue!(bytes, Clear(ClearType::All))?;
            self.shown.clear();
        }
        for (index, row) in rows.iter().enumerate() {
            if self.shown.get(index) != Some(row) {
                queue!(bytes, MoveTo(0, u16::try_from(index).unwrap_or(u16::MAX)))?;
                bytes.extend_from_slice(row.as_bytes());
                queue!(bytes, Clear(ClearType::UntilNewLine))?;
            }
        }
        queue!(bytes, EndSynchronizedUpdate)?;
        self.shown = rows.to_vec();
        let mut out = io::stdout().lock();
        out.write_all(&bytes)?;
        out.flush()
    }

    /// The next drawing begins from nothing.
    pub fn forget(&mut self) {
        self.shown.clear();
    }

    /// Gives the terminal back, does what stops the process, and takes the terminal again.
    ///
    /// # Errors
    /// The terminal cannot be set up again.
    pub fn while_given_back(&mut self, stop: impl FnOnce()) -> io::Result<()> {
        give_back();
        stop();
        self.forget();
        take()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
        // The hook stays; it does nothing from now on.
    }
}

fn take() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    IS_TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, Hide, Clear(ClearType::All))
}

fn give_back() {
    if IS_TAKEN.swap(false, Ordering::SeqCst) {
        // A terminal that is gone needs nothing.
        let _ = execute!(io::stdout(), EndSynchronizedUpdate, Show, LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}

/// Waits for the next thing that the person does; `None` when nothing can come any more.
pub fn pressed() -> Option<Pressed> {
    loop {
        match event::read() {
            Ok(event::Event::Resize(..)) => return Some(Pressed::Resized),
            Ok(event::Event::Key(key)) if key.kind != KeyEventKind::Release => {
                if let Some(pressed) = of_key(key.code, key.modifiers) {
                    return Some(pressed);
                }
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

fn of_key(code: KeyCode, modifiers: KeyModifiers) -> Option<Pressed> {
    let control = modifiers.contains(KeyModifiers::CONTROL);
    Some(match code {
        KeyCode::Char('c') if control => Pressed::Interrupt,
        KeyCode::Char('z') if control => Pressed::Suspend,
        KeyCode::Char('l') if control => Pressed::Resized,
        KeyCode::Char(_) if control => return None,
        KeyCode::Char(' ') | KeyCode::PageDown => Pressed::PageDown,
        KeyCode::Char(character) => Pressed::Character(character),
        KeyCode::Up => Pressed::Up,
        KeyCode::Down | KeyCode::Enter => Pressed::Down,
        KeyCode::PageUp | KeyCode::Backspace => Pressed::PageUp,
        KeyCode::Home => Pressed::Top,
        KeyCode::End => Pressed::Bottom,
        KeyCode::Esc => Pressed::Escape,
        _ => return None,
    })
}
