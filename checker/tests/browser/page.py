"""Looks at HTML reports in headless Chromium, and takes pictures of them.

    page.py FOLDER

FOLDER has the pages that .ci/browser has written: class.html, portuguese.html, forty.html and large.html. Chromium is spoken to through
a pipe (its DevTools protocol), so no port is opened. Exit status 0 if everything is as it must be.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time

PHONE, DESKTOP = (390, 844), (1280, 800)
# A4, landscape, without its margins: pixels.
PAPER = 1047


class Browser:
    """Chromium, and one tab of it."""

    def __init__(self, profile):
        # Chromium reads orders from descriptor 3 and answers on descriptor 4.
        orders, self.orders = os.pipe()
        self.answers, answers = os.pipe()
        command = [
            "chromium", "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={profile}",
            "--no-first-run", "--no-default-browser-check", "--disable-gpu", "--disable-extensions",
            "--disable-background-networking", "--hide-scrollbars", "--force-device-scale-factor=1", "about:blank",
        ]
        if os.getuid() == 0:
            command.insert(1, "--no-sandbox")

        def place():
            os.dup2(orders, 103)
            os.dup2(answers, 104)
            os.dup2(103, 3)
            os.dup2(104, 4)

        self.process = subprocess.Popen(command, preexec_fn=place, close_fds=False, stderr=subprocess.DEVNULL)
        os.close(orders)
        os.close(answers)
        self.number, self.buffer, self.events, self.session = 0, b"", [], None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        self.number += 1
        order = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            order["sessionId"] = self.session
        os.write(self.orders, json.dumps(order).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def message(self):
        while b"\0" not in self.buffer:
            read = os.read(self.answers, 1 << 16)
            if not read:
                raise RuntimeError("Chromium is gone")
            self.buffer += read
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def until(self, event):
        """Waits for an event that has come, or will."""
        while True:
            for seen in self.events:
                if seen.get("method") == event:
                    self.events.remove(seen)
                    return seen["params"]
            self.events.append(self.message())

    def open(self, file):
        self.events = [event for event in self.events if event.get("method") != "Page.loadEventFired"]
        self.ask("Page.navigate", url="file://" + file)
        self.until("Page.loadEventFired")

    def eval(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def look(self, size, scheme):
        width, height = size
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def click(self, element):
        """A real click into the middle of what a JavaScript expression finds."""
        x, y = self.eval(
            f"(() => {{ const e = {element}; e.scrollIntoView({{block: 'center', inline: 'center'}});"
            "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key, text="", modifiers=0):
        codes = {"Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36, "End": 35, "Tab": 9}
        text = "\r" if key == "Enter" else text
        code = codes.get(key, ord(key.upper()[0]))
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, text=text if kind == "keyDown" else "",
                     windowsVirtualKeyCode=code, modifiers=modifiers)

    def escape(self):
        """Closes the dialog, and waits for what happens then."""
        dialog = "document.getElementById('detail')"
        self.eval(f"void (window.isOver = new Promise((done) => {dialog}.addEventListener('close', () => done(true), {{once: true}})))")
        self.press("Escape")
        self.eval("window.isOver")

    def picture(self, file, whole=False):
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        with open(file, "wb") as out:
            out.write(base64.b64decode(data))

    def seen(self, method):
        return [event["params"] for event in self.events if event.get("method") == method]


READY = """new Promise((done) => {
  const dialog = document.getElementById('detail');
  const look = () => dialog.dataset.ready === 'yes' && done(true);
  new MutationObserver(look).observe(dialog, {attributes: true});
  look();
})"""
HEADING = "document.getElementById('heading').textContent"
FAILED = "[...document.querySelectorAll('#matrix td.failed:not(.begin) > button')][%d]"
# What is written too faintly: its text, and the contrast (WCAG's ratio) where that is below 4.5.
FAINT = """(() => {
  const part = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const isClear = (colour) => colour === 'none' || colour === 'transparent' || numbers(colour)[3] === 0;
  const under = (e) => {
    const box = e.closest('svg') && e.parentElement.querySelector('rect');
    if (box) return getComputedStyle(box).fill;
    for (; e; e = e.parentElement) {
      const ground = getComputedStyle(e).backgroundColor;
      if (!isClear(ground)) return ground;
    }
    return 'rgb(255, 255, 255)';
  };
  const faint = [];
  for (const e of document.querySelectorAll('body *')) {
    const text = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
    if (!text || !e.checkVisibility() || e.matches('script, :disabled, option, title')) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(numbers(e.namespaceURI.endsWith('svg') ? style.fill : style.color)), light(numbers(under(e)))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(`${text.slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(faint)];
})()"""
CHOOSE = "(() => { const s = document.getElementById('%s'); s.value = '%s'; s.dispatchEvent(new Event('change')); })()"
FOCUS = "(() => { const c = document.activeElement.closest('td'); return c ? [c.parentElement.rowIndex, c.cellIndex] : null; })()"


def main():
    folder = sys.argv[1]
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile)
        try:
            conversation_opens(browser, folder)
            keyboard_suffices(browser, folder)
            filters(browser, folder)
            nothing_leaves_and_nothing_runs(browser, folder)
            fits_and_looks(browser, folder)
            prints(browser, folder)
            portuguese(browser, folder)
            forty(browser, folder)
            large(browser, folder)
        finally:
            browser.process.terminate()
            browser.process.wait()
    print("all is well")


def must(what, truth, seen=""):
    if not truth:
        sys.exit(f"failed: {what} {seen}")
    print(f"ok: {what}")


def conversation_opens(browser, folder):
    browser.look(DESKTOP, "light")
    browser.open(f"{folder}/class.html")
    must("the dialog is closed at first", not browser.eval("document.getElementById('detail').open"))
    browser.click(FAILED % 0)
    browser.eval(READY)
    must("a click opens what stands behind a cell", browser.eval("document.getElementById('detail').open"))
    must("its heading names it", browser.eval(HEADING) == "ana · chat · bye", browser.eval(HEADING))
    must("the conversation is drawn", browser.eval("document.querySelectorAll('#detail svg .arrow').length") == 3)
    must("the actors are named", browser.eval("[...document.querySelectorAll('#detail svg .name')].map(a => a.textContent).join(' ')") == "ana program bia")
    must("the transcript is there", browser.eval("document.querySelectorAll('#detail .transcript tr').length") == 5)
    told = browser.eval("document.querySelector('#detail .told').textContent")
    fault = browser.eval("document.querySelector('#detail svg .fault').textContent")
    must("the diagram ends with what was expected", "expected: the connection to end" in fault, fault)
    must("why and hint are told", "blocked in recv()" in told and "Two roads" in told, told)
    browser.picture(f"{folder}/desktop-light-conversation.png")
    browser.escape()
    must("Escape closes it", not browser.eval("document.getElementById('detail').open"))


def keyboard_suffices(browser, folder):
    browser.open(f"{folder}/class.html")
    browser.eval("document.getElementById('find').focus()")
    for _ in range(9):
        browser.press("Tab", "\t")
        if browser.eval(FOCUS):
            break
    first = browser.eval(FOCUS)
    must("Tab leads into the matrix", first == [2, 2], first)
    must("only one cell is a stop of Tab", browser.eval("document.querySelectorAll('#matrix [tabindex=\"0\"]').length") == 1)
    browser.press("ArrowRight")
    browser.press("ArrowRight")
    must("an arrow moves right", browser.eval(FOCUS) == [2, 4], browser.eval(FOCUS))
    browser.press("ArrowDown")
    must("an arrow moves down", browser.eval(FOCUS) == [3, 4], browser.eval(FOCUS))
    browser.press("ArrowUp")
    must("an arrow moves up", browser.eval(FOCUS) == [2, 4], browser.eval(FOCUS))
    browser.press("ArrowDown")
    unnamed = browser.eval("[...document.querySelectorAll('#matrix td > button')].filter(b => !b.getAttribute('aria-label')).length")
    must("every cell has a name", unnamed == 0, unnamed)
    label = browser.eval("document.activeElement.getAttribute('aria-label')")
    must("a cell says what it is", label == "ana, chat, bye: failed", label)
    must("the focus is seen", browser.eval("getComputedStyle(document.activeElement).outlineStyle") == "solid")
    browser.press("Enter")
    browser.eval(READY)
    must("Enter opens", browser.eval(HEADING) == "ana · chat · bye", browser.eval(HEADING))
    must("what was opened has the keys", browser.eval("document.activeElement.id") == "inside")
    browser.press("ArrowRight")
    must("an arrow leads to the next check", browser.eval(HEADING) == "ana · chat · leak", browser.eval(HEADING))
    browser.escape()
    must("the focus comes back to the cell", browser.eval(FOCUS) == [3, 5], browser.eval(FOCUS))
    browser.press("End")
    browser.press("Home")
    must("Home leads to the first", browser.eval(FOCUS) == [3, 2], browser.eval(FOCUS))
    browser.press("Enter")
    browser.eval(READY)
    must("a lab's points open the lab", browser.eval(HEADING) == "ana · chat", browser.eval(HEADING))
    browser.escape()


def filters(browser, folder):
    browser.open(f"{folder}/class.html")
    shown = "[...document.querySelectorAll('#matrix tbody tr')].filter(r => !r.hidden).length"
    everybody = browser.eval(shown)
    browser.press("/", "/")
    must("/ leads to the filter", browser.eval("document.activeElement.id") == "find")
    browser.ask("Input.insertText", text="bia")
    must("a name is found", browser.eval(shown) == 1)
    browser.ask("Input.insertText", text="zzz")
    must("nothing is told as such", browser.eval(shown) == 0 and not browser.eval("document.getElementById('nothing').hidden"))
    must("and the table is not there", not browser.eval("document.getElementById('matrix').checkVisibility()"))
    browser.picture(f"{folder}/desktop-light-nothing.png")
    browser.click("document.getElementById('everybody')")
    must("a click shows everybody again", browser.eval(shown) == everybody)
    browser.eval(CHOOSE % ("state", "flagged"))
    must("what was tampered with is found", 0 < browser.eval(shown) < everybody, browser.eval(shown))
    browser.eval(CHOOSE % ("state", ""))
    browser.eval(CHOOSE % ("lab", "1"))
    heads = browser.eval("[...document.querySelectorAll('#matrix .labs .lab')].filter(h => !h.hidden).map(h => h.textContent).join()")
    must("one lab is shown alone", heads == "echo", heads)


def nothing_leaves_and_nothing_runs(browser, folder):
    browser.open(f"{folder}/class.html")
    cells = browser.eval("document.querySelectorAll('#matrix td > button').length")
    for number in range(cells):
        browser.eval("delete document.getElementById('detail').dataset.ready")
        browser.eval(f"document.querySelectorAll('#matrix td > button')[{number}].click()")
        browser.eval(READY)
    must(f"all {cells} cells open", not browser.eval("!!document.querySelector('#detail .warning')"))
    asked = {request["request"]["url"] for request in browser.seen("Network.requestWillBeSent")}
    foreign = [url for url in asked if not url.startswith(f"file://{folder}/")]
    must("no request leaves the page", asked and not foreign, foreign)
    must("no dialog of a script came up", not browser.seen("Page.javascriptDialogOpening"))
    told = [entry["entry"]["text"] for entry in browser.seen("Log.entryAdded")]
    must("the browser complains about nothing", not told, told)
    must("no exception", not browser.seen("Runtime.exceptionThrown"), browser.seen("Runtime.exceptionThrown"))


def fits_and_looks(browser, folder):
    for name, size in (("phone", PHONE), ("desktop", DESKTOP)):
        for scheme in ("light", "dark"):
            browser.look(size, scheme)
            browser.open(f"{folder}/class.html")
            width = browser.eval("document.documentElement.scrollWidth")
            must(f"the page fits {name}, {scheme}", width <= size[0], width)
            faint = browser.eval(FAINT)
            must(f"everything can be read, {name}, {scheme}", not faint, faint)
            browser.picture(f"{folder}/{name}-{scheme}.png")
            browser.click(FAILED % 0)
            browser.eval(READY)
            faint = browser.eval(FAINT)
            must("a conversation, too", not faint, faint)
            browser.picture(f"{folder}/{name}-{scheme}-conversation.png")
            browser.escape()


def prints(browser, folder):
    """On paper all columns have room, in the colours of a light page."""
    browser.look(DESKTOP, "dark")
    for name in ("class", "forty"):
        browser.open(f"{folder}/{name}.html")
        pdf = browser.ask("Page.printToPDF", preferCSSPageSize=True)["data"]
        with open(f"{folder}/{name}.pdf", "wb") as out:
            out.write(base64.b64decode(pdf))
        browser.ask("Emulation.setDeviceMetricsOverride", width=PAPER, height=700, deviceScaleFactor=1, mobile=False)
        browser.ask("Emulation.setEmulatedMedia", media="print", features=[{"name": "prefers-color-scheme", "value": "dark"}])
        browser.eval("window.dispatchEvent(new Event('beforeprint'))")
        width = browser.eval("document.documentElement.scrollWidth")
        must(f"{name} fits on paper", width <= PAPER, width)
        faint = browser.eval(FAINT)
        must("and can be read there", not faint, faint)
        browser.eval("window.dispatchEvent(new Event('afterprint'))")
        browser.ask("Emulation.setEmulatedMedia", media="", features=[])
        browser.look(DESKTOP, "dark")


def portuguese(browser, folder):
    browser.look(PHONE, "dark")
    browser.open(f"{folder}/portuguese.html")
    must("the page says its language", browser.eval("document.documentElement.lang") == "pt-BR")
    browser.click(FAILED % 0)
    browser.eval(READY)
    told = browser.eval("document.getElementById('detail').textContent")
    must("the page speaks Portuguese", "esperado" in told and "Conversa" in told, told)
    browser.picture(f"{folder}/portuguese-phone.png")


def forty(browser, folder):
    for name, size, scheme in (("desktop", DESKTOP, "dark"), ("phone", PHONE, "light")):
        browser.look(size, scheme)
        browser.open(f"{folder}/forty.html")
        must(f"a class of forty shows its checks, {name}", browser.eval("document.getElementById('lab').value") == "")
        browser.picture(f"{folder}/forty-{name}.png")


def large(browser, folder):
    browser.look(DESKTOP, "light")
    size = os.path.getsize(f"{folder}/large.html") / (1 << 20)
    began = time.monotonic()
    browser.open(f"{folder}/large.html")
    cells = browser.eval("document.querySelectorAll('#matrix td > button').length")
    loaded = time.monotonic() - began
    must("a large class begins with its points", browser.eval("document.getElementById('lab').value") == "points")
    began = time.monotonic()
    browser.click("document.querySelectorAll('#matrix td.begin > button')[1000]")
    browser.eval(READY)
    opened = time.monotonic() - began
    browser.click("document.querySelectorAll('#detail .list button')[3]")
    must("a check is reached through its lab", browser.eval(HEADING).endswith(" · check-3"), browser.eval(HEADING))
    browser.press("ArrowRight")
    must("and so is the next one", browser.eval(HEADING).endswith(" · check-4"), browser.eval(HEADING))
    print(f"large.html: {size:.1f} MiB, {cells} cells, loaded in {loaded:.1f} s, a cell opened in {opened:.2f} s")
    browser.escape()
    must("the focus comes back to the points", browser.eval("document.activeElement.parentElement.classList.contains('begin')"))
    browser.picture(f"{folder}/large.png")
    began = time.monotonic()
    browser.eval(CHOOSE % ("lab", ""))
    browser.picture(f"{folder}/large-all-labs.png")
    print(f"all labs were drawn in {time.monotonic() - began:.1f} s")
    browser.look(PHONE, "dark")
    browser.open(f"{folder}/large.html")
    browser.picture(f"{folder}/large-phone.png")
    must("a large class stays below 12 MiB", size < 12)


if __name__ == "__main__":
    main()
