package io.eplb.server.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The Chromium of the machine, without a window. Downloads nothing. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final int HEIGHT = 900;

  /** Only a page that is broken needs so long: it fails the test, no speed is judged. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts the browser; where there is none, the test that asks is skipped. */
  static Browser start() {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "the page is tested where %s and %s are: install chromium and chromium-driver"
            .formatted(CHROMIUM, DRIVER));
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    options.setCapability("goog:loggingPrefs", logging);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  /** Opens an address in a fresh page of a width, in pixels, and a colour scheme. */
  void open(String address, int width, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", false));
    driver.get("about:blank");
    faults();
    driver.get(address);
  }

  /** Waits until the element of that id shows a text that begins so. */
  void await(String id, String text) {
    awaitTrue(
        "return document.getElementById(arguments[0]).innerText.startsWith(arguments[1])",
        id,
        text);
  }

  /** Waits until a script returns true. */
  void awaitTrue(String script, Object... arguments) {
    new WebDriverWait(driver, LONGEST_WAIT)
        .withMessage(script + " " + List.of(arguments))
        .until(ready -> Boolean.TRUE.equals(driver.executeScript(script, arguments)));
  }

  /** Returns what a script returns. */
  @Nullable Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Returns the visible text of the element of that id. */
  String text(String id) {
    return element(id).getText();
  }

  WebElement element(String id) {
    return driver.findElement(By.id(id));
  }

  String address() {
    return String.valueOf(driver.getCurrentUrl());
  }

  /** Returns what went wrong in the page since the last call, what its policy forbade included. */
  List<String> faults() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
