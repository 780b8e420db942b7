package io.eplb.cli.pictures;

/** A drawing on an {@link HtmlPage}. */
interface Drawing {
  /**
   * Returns its markup.
   *
   * @param id a name for it that nothing else on the page has
   */
  String html(String id);
}
