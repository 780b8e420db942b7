package io.eplb.cli.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eplb.cli.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The reports in a real browser, made from the recording among the examples. */
class ReportBrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Path RECORDING = Path.of("..", "examples", "glm52-mixed.npy");
  private static final Path DECODING = Path.of("..", "examples", "gptoss20b-decode-steps.npy");
  private static final int HEIGHT = 900;

  @TempDir static Path folder = Path.of(".");

  private static ChromeDriver driver;

  @BeforeAll
  static void drawAndStartTheBrowser() {
    boolean browser = Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
    if (!"1".equals(System.getenv("EPLB_REQUIRE_ALL"))) {
      assumeTrue(browser, "install chromium and chromium-driver");
    }
    assertTrue(browser, "%s and %s are missing".formatted(CHROMIUM, DRIVER));
    run(
        "plan --load %s --ranks 32 --nodes 4 --redundant-experts 32 --output %s --report %s"
            + " --expert-bytes 44040192 --link-gbps 200",
        RECORDING, folder.resolve("map.json"), folder.resolve("plan.html"));
    run(
        "simulate --trace %s --ranks 32 --redundant-experts 32 --report %s --policies %s"
            + " --expert-bytes 44040192",
        RECORDING,
        folder.resolve("simulate.html"),
        "default,global,static,default:exact-reference=true,global:exact-reference=true");
    run(
        "simulate --trace %s --ranks 8 --redundant-experts 8 --report %s --steps-per-window 32"
            + " --policies default,static,clairvoyant --measure activated --dispatch lp"
            + " --step-time 20,0.05,6 --expert-bytes 13000000 --link-gbps 400",
        DECODING, folder.resolve("steps.html"));
    run(
        "advise --trace %s --ranks 8 --steps-per-window 32 --report %s"
            + " --step-time 20,0.05,6 --expert-bytes 13000000 --link-gbps 400",
        DECODING, folder.resolve("advice.html"));
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    options.setCapability("goog:loggingPrefs", logging);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(DRIVER.toFile())
                .usingAnyFreePort()
                .build(),
            options);
  }

  private static void run(String line, Object... values) {
    CommandLineRun run = CommandLineRun.of(line, values);
    assertEquals(0, run.code(), run.err());
  }

  @AfterAll
  static void closeTheBrowser() {
    if (driver != null) {
      driver.quit();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "plan, 400, light",
    "plan, 400, dark",
    "plan, 800, light",
    "plan, 800, dark",
    "plan, 1400, light",
    "plan, 1400, dark",
    "simulate, 400, light",
    "simulate, 400, dark",
    "simulate, 800, light",
    "simulate, 800, dark",
    "simulate, 1400, light",
    "simulate, 1400, dark",
    "steps, 400, light",
    "steps, 800, dark",
    "steps, 1400, light",
    "advice, 400, light",
    "advice, 800, dark",
    "advice, 1400, light"
  })
  void aReportFitsAndCanBeRead(String report, int width, String scheme) {
    open(report, width, scheme);
    ask("document.querySelectorAll('details').forEach(part => part.open = true); return true");

    assertEquals(0L, sideways(), "the page scrolls sideways");
    assertEquals(List.of(), faults());
    assertEquals(
        List.of(),
        ask(
            "return performance.getEntriesByType('resource').map(entry => entry.name)"
                + ".filter(name => !name.startsWith('data:'))"),
        "something came from elsewhere");
    assertEquals(
        List.of(),
        ask(
            "return [...document.querySelectorAll('.plot')].filter(plot => {"
                + " const box = plot.getBoundingClientRect();"
                + " return box.width < 180 || box.height < 100; }).map(plot => plot.textContent)"),
        "a drawing is too small");
    assertEquals(
        List.of(),
        ask(
            "return [...document.querySelectorAll('.plot text, .plot use, .axis, h3, .legend li')]"
                + ".filter(text => { const box = text.getBoundingClientRect();"
                + " return box.width > 0 && (box.left < 0 || box.right > innerWidth); })"
                + ".map(text => text.textContent)"),
        "a text or a marker is cut off");
    assertEquals(
        List.of(),
        ask(
            "return [...document.querySelectorAll('.plot text, td, th, p, li, dt, dd, summary')]"
                + ".filter(text => parseFloat(getComputedStyle(text).fontSize) < 12)"
                + ".map(text => text.textContent)"),
        "a text is too small");
    assertEquals(
        scheme.equals("dark"),
        ask(
            "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g)"
                + ".every(part => part < 64)"));
    assertEquals(
        true,
        ask(
            "return [...document.querySelectorAll('image')].every(image =>"
                + " (getComputedStyle(image).display !== 'none')"
                + " === image.classList.contains(arguments[0]))",
            scheme.equals("dark") ? "night" : "day"),
        "the heat maps have the colours of the other scheme");
  }

  @ParameterizedTest
  @CsvSource({"plan, light", "plan, dark", "simulate, light", "simulate, dark"})
  void textsAndLinesStandOutFromWhatIsBehindThem(String report, String scheme) {
    open(report, 1400, scheme);
    assertEquals(
        List.of(),
        ask(
            """
            const light = color => {
              const [r, g, b] = color.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
                .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const behind = element => {
              for (let at = element; at !== null; at = at.parentElement) {
                const color = getComputedStyle(at).backgroundColor;
                if (!color.endsWith(', 0)')) { return color; }
              }
              return 'rgb(255, 255, 255)';
            };
            const contrast = (one, two) => {
              const [low, high] = [light(one), light(two)].sort((a, b) => a - b);
              return (high + 0.05) / (low + 0.05);
            };
            const bad = [];
            for (const element of document.querySelectorAll('h1, h2, h3, p, dt, dd, th, td, li, summary, figcaption, caption')) {
              const style = getComputedStyle(element);
              if (contrast(style.color, behind(element)) < 4.5) { bad.push(element.textContent); }
            }
            for (const element of document.querySelectorAll('.plot text')) {
              if (contrast(getComputedStyle(element).fill, behind(element)) < 4.5) { bad.push(element.textContent); }
            }
            for (const element of document.querySelectorAll('.line')) {
              if (contrast(getComputedStyle(element).stroke, behind(element)) < 3) { bad.push(element.outerHTML); }
            }
            return bad;
            """));
  }

  @Test
  void aHeatMapShowsManyColoursBeforeAndFewAfter() {
    open("plan", 1400, "light");
    Object colours =
        driver.executeAsyncScript(
            """
            const done = arguments[0];
            Promise.all([...document.querySelectorAll('image.day')].map(async image => {
              const picture = new Image();
              picture.src = image.getAttribute('href');
              await picture.decode();
              const canvas = document.createElement('canvas');
              canvas.width = picture.width;
              canvas.height = picture.height;
              const context = canvas.getContext('2d');
              context.drawImage(picture, 0, 0);
              const pixels = context.getImageData(0, 0, picture.width, picture.height).data;
              return [picture.width, picture.height, new Set(new Uint32Array(pixels.buffer)).size];
            })).then(done);
            """);
    List<?> maps = (List<?>) Objects.requireNonNull(colours);
    assertEquals(3, maps.size());
    List<?> before = (List<?>) maps.get(0);
    List<?> after = (List<?>) maps.get(1);
    assertEquals(List.of(32L, 75L), before.subList(0, 2));
    assertTrue((Long) before.get(2) > 30, before.toString());
    assertTrue((Long) after.get(2) <= 3, after.toString());
  }

  @ParameterizedTest
  @CsvSource({"plan", "simulate"})
  void aReportCanBePrinted(String report) {
    open(report, 1400, "dark");
    Map<String, Object> pdf =
        driver.executeCdpCommand(
            "Page.printToPDF", Map.of("paperWidth", 8.27, "paperHeight", 11.69));
    byte[] content = Base64.getDecoder().decode(String.valueOf(pdf.get("data")));
    assertTrue(content.length > 10_000, content.length + " bytes");
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 720, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    assertEquals(0L, sideways(), "paper is too narrow");
    assertEquals(
        "rgb(23, 27, 32)", ask("return getComputedStyle(document.body).color"), "the ink on paper");
    assertFalse(
        Boolean.TRUE.equals(
            ask(
                "return [...document.querySelectorAll('.night')]"
                    + ".some(image => getComputedStyle(image).display !== 'none')")));
  }

  private static void open(String report, int width, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "media",
            "",
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    driver.get("about:blank");
    faults();
    driver.get(folder.resolve(report + ".html").toUri().toString());
  }

  private static Object ask(String script, Object... arguments) {
    return Objects.requireNonNull(driver.executeScript(script, arguments), script);
  }

  private static Object sideways() {
    return ask(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
  }

  private static List<String> faults() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }
}
