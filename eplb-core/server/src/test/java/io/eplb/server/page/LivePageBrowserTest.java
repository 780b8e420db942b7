package io.eplb.server.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.server.observe.PlanFigures;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RankHeat;
import io.eplb.server.observe.RecordedPlans;
import io.eplb.server.observe.RejectedLayer;
import io.eplb.server.observe.RoundRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;

/** The page in a browser, fed with the recording among the examples. */
class LivePageBrowserTest {
  private static final String GROUP = "serving";
  private static final String HOSTILE =
      "<img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>&amp;'\"";

  private static final String SIDEWAYS =
      "return document.documentElement.scrollWidth - document.documentElement.clientWidth";

  private static List<PlanRecord> recorded = List.of();
  private static Browser browser;

  private final PageEvents events = new PageEvents();
  private final List<AutoCloseable> servers = new ArrayList<>();

  @BeforeAll
  static void startTheBrowser() {
    browser = Browser.start();
    recorded = RecordedPlans.of(GROUP, "default");
  }

  @AfterAll
  static void closeTheBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void stopTheServers() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  private PageServer serve(PageEvents shown, Optional<String> token, int port) {
    PageServer server = new PageServer(shown, token, port).start();
    servers.add(server);
    return server;
  }

  private PageServer serve() {
    return serve(events, Optional.empty(), 0);
  }

  @ParameterizedTest
  @CsvSource({"400, light", "400, dark", "800, light", "800, dark", "1400, light", "1400, dark"})
  void thePageFitsAndFailsNowhere(int width, String scheme) {
    recorded.forEach(events::planned);
    events.roundDecided(round(7, List.of(3), List.of(), "rank 3 did not ask within 30 s"));
    PageServer server = serve();

    browser.open(server.address(), width, scheme);
    browser.await("model-group", GROUP);
    browser.run("document.querySelectorAll('details').forEach(part => part.open = true)");
    browser.awaitTrue("return document.querySelectorAll('#plan-table tbody tr').length === 8");

    assertEquals(0L, browser.run(SIDEWAYS), "the page scrolls sideways");
    assertEquals(List.of(), browser.faults());
    assertEquals(
        scheme.equals("dark"),
        browser.run(
            "return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(part => part < 64)"));
    assertEquals(
        true,
        browser.run(
            "const map = document.querySelector('#heat-before canvas');"
                + "const pixels = map.getContext('2d').getImageData(0, 0, map.width, map.height).data;"
                + "return new Set(new Uint32Array(pixels.buffer)).size > 20"),
        "the map is empty");
    assertEquals(
        List.of(),
        browser.run(
            "return performance.getEntriesByType('resource').map(entry => entry.name).filter(name => !name.startsWith(location.origin) && !name.startsWith('data:'))"),
        "something came from elsewhere");
  }

  @Test
  void theFiguresShownAreThoseOfTheService() {
    recorded.forEach(events::planned);
    PlanRecord last = recorded.get(recorded.size() - 1);
    PlanRecord before = recorded.get(recorded.size() - 2);
    PlanFigures figures = PlanFigures.of(last);
    PageServer server = serve();

    browser.open(server.address(), 1400, "light");
    browser.await("model-group", GROUP);

    String shown = browser.text("figures");
    assertTrue(shown.contains("PAR before\n" + par(figures.before().mean())), shown);
    assertTrue(shown.contains("PAR predicted\n" + par(figures.predicted().mean())), shown);
    assertTrue(shown.contains("PAR measured\n" + par(figures.measured().mean())), shown);
    assertTrue(shown.contains("Experts moved\n" + "%,d".formatted(last.moved())), shown);
    assertTrue(shown.contains("History\n8\nwindows of load"), shown);
    assertEquals("changed", browser.text("last-outcome"));
    assertEquals("75 layers × 256 experts on 32 ranks", browser.text("model-shape"));
    assertTrue(
        browser.text("options").contains("policy\ndefault\ndispatch\neven\ndevice_slots\nshared"));

    browser.run("document.querySelectorAll('details').forEach(part => part.open = true)");
    browser.awaitTrue("return document.querySelectorAll('#plan-table tbody tr').length === 8");
    String previous =
        String.valueOf(
            browser.run(
                "return document.querySelectorAll('#plan-table tbody tr')[1].innerText.replace(/\\s+/g, ' ')"));
    assertTrue(
        previous.contains(
            " changed %s %s %s "
                .formatted(
                    par(PlanFigures.of(before).before().mean()),
                    par(PlanFigures.of(before).predicted().mean()),
                    par(figures.measured().mean()))),
        () -> "measured by the window after the plan: " + previous);
    assertEquals(
        String.format(Locale.ROOT, "%.2f", last.before().par(42)),
        browser.run(
            "return document.querySelectorAll('#heat-table tbody tr')[42].cells[1].innerText"));
  }

  @Test
  void aNewPlanIsShownWithoutAReload() {
    events.planned(recorded.get(0));
    PageServer server = serve();
    browser.open(server.address(), 800, "light");
    browser.await("last-plan", "plan 1 ");

    events.planned(recorded.get(1));
    browser.await("last-plan", "plan 2 ");
    events.planned(RecordedPlans.renamed(recorded.get(0), "another"));
    browser.awaitTrue("return document.querySelectorAll('#group-list a').length === 2");

    events.groupForgotten("another");
    browser.awaitTrue("return document.querySelectorAll('#group-list a').length === 1");
    assertEquals(List.of(), browser.faults());
  }

  @Test
  void theArrowKeysReadTheMapsAndThePlans() {
    recorded.forEach(events::planned);
    PlanRecord last = recorded.get(recorded.size() - 1);
    PageServer server = serve();
    browser.open(server.address(), 1400, "light");
    browser.await("model-group", GROUP);
    browser.await("heat-readout", "Hottest before: layer ");

    for (int press = 0; press < 80; press++) {
      browser.element("heat").sendKeys(Keys.ARROW_UP, Keys.ARROW_LEFT);
    }
    browser.element("heat").sendKeys(Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    assertEquals(
        String.format(
            Locale.ROOT,
            "Layer 1, rank 2: %.2f × mean before, %.2f × mean after.",
            Math.round(100 * last.before().heat(1, 2)) / 100.0,
            Math.round(100 * last.after().heat(1, 2)) / 100.0),
        browser.text("heat-readout"));

    browser.element("chart").sendKeys(Keys.ARROW_LEFT, Keys.ARROW_LEFT);
    assertTrue(browser.text("chart-readout").startsWith("Plan 7, "));
  }

  @Test
  void aGroupTooWideToDrawKeepsItsFigures() {
    EpTopology topology = EpTopology.withRedundantExperts(1_024, 1_024, 1, 1, 0);
    RankHeat heat =
        RankHeat.of(
            ExpertTable.initial(257, topology),
            new double[257 * 1_024],
            EpRanks.nominal(topology),
            Dispatch.EVEN);
    events.planned(RecordedPlans.withHeat(recorded.get(7), heat));
    PageServer server = serve();
    browser.open(server.address(), 400, "dark");

    browser.await("heat-readout", "257 layers × 1024 ranks are too many to draw");
    assertFalse(browser.element("heat").isDisplayed());
    browser.await("last-plan", "plan 8 ");
    assertEquals(List.of(), browser.faults());
  }

  @Test
  void aGroupWhoseRanksNeverAgreedIsShownWithItsRounds() {
    events.roundDecided(round(0, List.of(3, 5), List.of(9), "ranks 3, 5 did not ask within 30 s"));
    PageServer server = serve();
    browser.open(server.address(), 400, "light");

    browser.await("model-group", GROUP);
    assertEquals("no plan yet", browser.text("model-shape"));
    assertFalse(browser.element("planned").isDisplayed());
    browser.awaitTrue(
        "return document.querySelector('#rounds tbody tr').innerText.replace(/\\s+/g, ' ').includes('no agreement 30 of 32 3, 5 9 ranks 3, 5 did not ask')");

    recorded.forEach(events::planned);
    browser.await("last-plan", "plan 8 ");
    assertEquals(1L, browser.run("return document.querySelectorAll('#group-list a').length"));
    assertTrue(browser.element("planned").isDisplayed());
    browser.awaitTrue("return document.querySelector('#heat-after canvas').width > 200");
    assertEquals(List.of(), browser.faults());
  }

  @Test
  void aPolicyThatFailedIsNotPraisedForItsRows() {
    events.planned(RecordedPlans.failed(recorded.get(0), "no idea", Map.of(), List.of()));
    PageServer server = serve();

    browser.open(server.address(), 400, "light");
    browser.await("last-reason", "no idea");
    browser.await("rejected", "None: the policy gave no rows.");
  }

  @Test
  void hostileTextsAreShownAsText() {
    PlanRecord plan =
        RecordedPlans.failed(
            recorded.get(0),
            HOSTILE,
            Map.of(HOSTILE, HOSTILE),
            List.of(new RejectedLayer(3, "P4", HOSTILE)));
    events.planned(RecordedPlans.renamed(plan, HOSTILE));
    events.roundDecided(
        new RoundRecord(
            HOSTILE, 1, Instant.EPOCH, 4, false, false, List.of(3), List.of(), HOSTILE));
    PageServer server = serve();

    browser.open(server.address(), 400, "light");
    browser.await("model-group", HOSTILE);

    for (String part : List.of("last-reason", "options", "rejected", "rounds", "group-list")) {
      assertTrue(
          String.valueOf(
                  browser.run("return document.getElementById(arguments[0]).textContent", part))
              .contains(HOSTILE),
          part);
    }
    assertEquals(
        0L, browser.run("return document.querySelectorAll('img, script:not([src])').length"));
    assertFalse(String.valueOf(browser.run("return document.title")).equals("taken over"));
    assertEquals(0L, browser.run(SIDEWAYS), "the page scrolls sideways");
    assertEquals(List.of(), browser.faults());
  }

  @Test
  void aTokenIsAskedForOnceAndStaysOutOfTheAddress() {
    recorded.forEach(events::planned);
    PageServer server = serve(events, Optional.of("secret-of-this-test"), 0);

    browser.open(server.address(), 800, "light");
    browser.await("connection", "Token needed");
    assertEquals("token-text", browser.run("return document.activeElement.id"));
    browser.element("token-text").sendKeys("a wrong one", Keys.ENTER);
    browser.await("token-problem", "The service does not accept this token.");

    browser.element("token-text").sendKeys("secret-of-this-test", Keys.ENTER);
    browser.await("connection", "Live");
    browser.await("model-group", GROUP);
    assertFalse(browser.address().contains("secret"), browser.address());
    assertFalse(browser.element("token").isDisplayed());

    browser.run("location.reload()");
    browser.awaitTrue("return document.getElementById('connection')?.innerText === 'Live'");
    browser.await("model-group", GROUP);
  }

  @Test
  void thePageConnectsAgainAfterARestart() {
    recorded.forEach(events::planned);
    PageServer server = serve();
    browser.open(server.address(), 800, "light");
    browser.await("last-plan", "plan 8 ");

    int port = server.port();
    server.close();
    browser.await("connection", "Connection lost");
    PageEvents fresh = new PageEvents();
    fresh.planned(RecordedPlans.renamed(recorded.get(0), "after-the-restart"));
    serve(fresh, Optional.empty(), port);

    browser.await("connection", "Live");
    browser.await("model-group", "after-the-restart");
    assertEquals(
        1L,
        browser.run("return document.querySelectorAll('#group-list a').length"),
        "the old group is gone");
  }

  @Test
  void beforeTheFirstPlanThePageSaysHowToAsk() {
    PageServer server = serve();
    browser.open(server.address(), 400, "dark");
    browser.await("empty", "No group has asked for a plan yet");
    assertTrue(browser.text("example").contains(server.address() + "/v1/groups/try/plan"));
    assertNotEquals("", browser.text("connection"));
    assertEquals(List.of(), browser.faults());
  }

  private static RoundRecord round(
      long number, List<Integer> missing, List<Integer> different, String reason) {
    return new RoundRecord(
        GROUP,
        number,
        Instant.parse("2026-11-30T05:00:00Z"),
        RecordedPlans.RANKS,
        missing.isEmpty() && different.isEmpty(),
        reason.isEmpty(),
        missing,
        different,
        reason);
  }

  private static String par(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
