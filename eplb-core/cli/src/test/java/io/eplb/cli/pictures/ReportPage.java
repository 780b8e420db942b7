package io.eplb.cli.pictures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * A written report. Its markup is XML too, so a text that escaped its place would not be read.
 *
 * @param html its text
 * @param document its elements
 */
record ReportPage(String html, Document document) {
  static ReportPage read(Path file) throws Exception {
    String html = Files.readString(file);
    return new ReportPage(
        html,
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(html))));
  }

  /** Returns the elements of some name below a node, in their order. */
  static List<Element> all(Node below, String name) {
    NodeList nodes =
        below instanceof Document document
            ? document.getElementsByTagName(name)
            : ((Element) below).getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int at = 0; at < nodes.getLength(); at++) {
      elements.add((Element) nodes.item(at));
    }
    return elements;
  }

  List<Element> all(String name) {
    return all(document, name);
  }

  /** Returns the texts of the elements of some name. */
  List<String> texts(String name) {
    return all(name).stream().map(element -> element.getTextContent().strip()).toList();
  }

  /** Returns the rows of the table with a caption, the heads first. */
  List<List<String>> table(String caption) {
    Element table =
        all("table").stream()
            .filter(each -> all(each, "caption").get(0).getTextContent().equals(caption))
            .findFirst()
            .orElseThrow(
                () -> new AssertionError("no table " + caption + " of " + texts("caption")));
    List<List<String>> rows = new ArrayList<>();
    for (Element row : all(table, "tr")) {
      List<String> cells = new ArrayList<>();
      for (Node cell = row.getFirstChild(); cell != null; cell = cell.getNextSibling()) {
        cells.add(cell.getTextContent().strip());
      }
      rows.add(cells);
    }
    return rows;
  }

  /** Returns the numbers of a table's column, the head left out. */
  List<Double> column(String caption, String head) {
    List<List<String>> rows = table(caption);
    int at = rows.get(0).indexOf(head);
    assertTrue(at >= 0, () -> head + " is none of " + rows.get(0));
    return rows.stream()
        .skip(1)
        .map(row -> Double.valueOf(row.get(at).replace(",", "").replace(" ★", "")))
        .toList();
  }

  /** Checks what holds for every report. */
  void check() {
    assertTrue(html.startsWith("<!DOCTYPE html>\n"));
    assertTrue(html.endsWith("</html>\n"));
    assertEquals("en", document.getDocumentElement().getAttribute("lang"));
    assertFalse(texts("title").get(0).isBlank());
    nothingComesFromElsewhere();
    headingsAreInOrder();
    drawingsAreNamed();
    everyFigureHasATable();
  }

  private void nothingComesFromElsewhere() {
    for (String name :
        List.of("script", "link", "iframe", "object", "embed", "img", "base", "form", "a")) {
      assertEquals(List.of(), all(name), name);
    }
    String style = texts("style").get(0);
    for (String loading : List.of("@import", "url(", "http:", "https:")) {
      assertFalse(style.contains(loading), loading);
    }
    for (Element element : all("*")) {
      for (int at = 0; at < element.getAttributes().getLength(); at++) {
        Node attribute = element.getAttributes().item(at);
        assertFalse(attribute.getNodeName().startsWith("on"), attribute.getNodeName());
        if (Set.of("href", "src").contains(attribute.getNodeName())) {
          assertTrue(
              attribute.getNodeValue().startsWith("#marker-")
                  || attribute.getNodeValue().startsWith("data:image/png;base64,"),
              attribute.getNodeValue());
        }
      }
    }
  }

  private void headingsAreInOrder() {
    int before = 0;
    int first = 0;
    for (Element element : all("*")) {
      if (element.getTagName().matches("h[1-6]")) {
        int level = element.getTagName().charAt(1) - '0';
        assertTrue(level <= before + 1, () -> "heading " + element.getTextContent());
        first += level == 1 ? 1 : 0;
        before = level;
      }
    }
    assertEquals(1, first, "there is one heading of the page");
  }

  private void drawingsAreNamed() {
    Set<String> ids = new HashSet<>();
    for (Element element : all("*")) {
      if (element.hasAttribute("id")) {
        assertTrue(ids.add(element.getAttribute("id")), element.getAttribute("id"));
      }
    }
    for (Element svg : all("svg")) {
      if (svg.getAttribute("class").equals("plot")) {
        assertEquals("img", svg.getAttribute("role"));
        for (String id : svg.getAttribute("aria-labelledby").split(" ", -1)) {
          assertTrue(ids.contains(id), id);
        }
        assertFalse(all(svg, "title").get(0).getTextContent().isBlank());
        assertFalse(all(svg, "desc").get(0).getTextContent().isBlank());
      }
    }
  }

  private void everyFigureHasATable() {
    assertFalse(all("figure").isEmpty());
    for (Element figure : all("figure")) {
      assertFalse(all(figure, "figcaption").get(0).getTextContent().isBlank());
      Element details = all(figure, "details").get(0);
      assertTrue(all(details, "tr").size() > 1);
      for (Element row : all(details, "tr")) {
        assertTrue(all(row, "th").get(0).hasAttribute("scope"));
      }
    }
  }
}
