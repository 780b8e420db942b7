package io.eplb.cli.pictures;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.balance.RankLoads;
import io.eplb.core.balance.TrafficShares;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class DrawingPartsTest {
  @Test
  void anImageIsReadByOthersAsItWasWritten() throws Exception {
    int[] palette = {0x112233, 0xfffefd, 0x000000};
    byte[] pixels = {0, 1, 2, 1, 1, 0};
    String uri = PalettePng.uri(3, 2, pixels, palette);
    String start = "data:image/png;base64,";
    assertTrue(uri.startsWith(start));
    BufferedImage image =
        ImageIO.read(
            new ByteArrayInputStream(Base64.getDecoder().decode(uri.substring(start.length()))));
    assertEquals(3, image.getWidth());
    assertEquals(2, image.getHeight());
    for (int at = 0; at < pixels.length; at++) {
      int opacity = pixels[at] == palette.length - 1 ? 0 : 0xff;
      assertEquals(
          opacity << 24 | palette[pixels[at]], image.getRGB(at % 3, at / 3), "pixel " + at);
    }
  }

  @Test
  void fiftySixLinesDifferWithoutTheirColour() {
    Set<String> looks = new HashSet<>();
    for (int at = 0; at < 56; at++) {
      Marker marker = new Marker(at);
      assertTrue(looks.add(marker.dash() + marker.at("0", "0")), "line " + at);
    }
  }

  @Test
  void theScaleIsTheSameOnBothSidesOfTheMeanAndTheHottestStandsOut() {
    ColorScale scale = new ColorScale(2.0);
    int middle = scale.level(1.0);
    assertEquals(middle - scale.level(0.5), scale.level(1.5) - middle, 1);
    assertEquals(scale.level(3.0), scale.level(99.0));
    assertEquals(ColorScale.LEVELS - 1, scale.level(Double.NaN));
    for (boolean night : new boolean[] {false, true}) {
      int[] palette = ColorScale.palette(night);
      double mean = lightness(palette[middle]);
      double hot = Math.abs(lightness(palette[scale.level(3.0)]) - mean);
      for (int level = 0; level < ColorScale.LEVELS - 2; level++) {
        assertTrue(Math.abs(lightness(palette[level]) - mean) < hot, "level " + level);
      }
    }
  }

  @Test
  void aScaleEndsAtTheHottestRankOrAtThreeTimesTheMean() {
    EpTopology topology = EpTopology.of(4, 4, 1, 1, 1);
    for (double[] loads : List.of(new double[] {90, 1, 1, 1}, new double[] {25, 25, 25, 45})) {
      double hottest = loads[0] == 90 ? 2.0 : 0.5;
      ColorScale scale =
          ColorScale.of(
              List.of(
                  RankLoads.of(
                      ExpertTable.initial(1, topology),
                      loads,
                      EpRanks.nominal(topology),
                      TrafficShares.EVEN)));
      assertEquals(hottest, scale.reach(), 1e-12);
      assertEquals(hottest == 2.0, scale.legend(false).contains("3.00 × mean and more"));
    }
  }

  private static double lightness(int color) {
    return 0.2126 * (color >> 16 & 0xff) + 0.7152 * (color >> 8 & 0xff) + 0.0722 * (color & 0xff);
  }

  @Test
  void fewPlacesStayAsTheyAreAndManyAreJoinedToTheirMeans() {
    Buckets few = Buckets.of(3, 400);
    assertEquals(400, few.count());
    assertEquals("3", few.name(0));
    assertEquals("", few.note("windows"));
    Buckets many = Buckets.of(0, 1000);
    assertEquals(334, many.count());
    assertEquals("3–5", many.name(1));
    assertEquals("999–999", many.name(333));
    assertEquals(" Each point is the mean of 3 windows.", many.note("windows"));
    double[] values = new double[1000];
    values[3] = 6;
    values[999] = 5;
    double[] means = many.means(values);
    assertEquals(2.0, means[1]);
    assertEquals(5.0, means[333]);
    double[] same = {1, 2};
    assertArrayEquals(same, Buckets.of(0, 2).means(same));
  }

  @Test
  void anAxisHasTicksAtRoundNumbersAndRoomForAllValues() {
    Axis axis = Axis.of(1.0, 1.64, 280);
    assertEquals(1.0, axis.low());
    assertEquals(0.2, axis.step());
    assertEquals(4, axis.steps());
    assertEquals(280.0, axis.y(1.0));
    assertEquals(0.0, axis.y(1.8), 1e-9);
    Axis flat = Axis.of(0.0, 0.0, 280);
    assertEquals(1, flat.steps());
    assertEquals(280.0, flat.y(0.0));
    assertTrue(Axis.of(0.0, 6_000_000.0, 280).html().contains(">6M</text>"));
  }

  @Test
  void aCommandCanBePastedIntoAShell() {
    RunRecord run =
        new RunRecord(
            List.of("plan", "--load", "a b's.npy", "--window", "0:3", ""),
            "eplb 1",
            0,
            Instant.EPOCH,
            List.of());
    assertEquals("eplb plan --load 'a b'\\''s.npy' --window 0:3 ''", run.command());
    assertEquals("1970-01-01 00:00:00 UTC", run.facts().get("Date"));
  }

  @Test
  void textsOfOthersAreEscapedAndOnOneLine() {
    assertEquals(
        "&lt;b onclick=&quot;x&quot;&gt; &amp;amp; &#39;?",
        HtmlPage.escaped("<b\nonclick=\"x\"> &amp; '\u202e"));
  }
}
