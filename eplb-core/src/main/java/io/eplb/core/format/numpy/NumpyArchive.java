package io.eplb.core.format.numpy;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.OneLine;
import io.eplb.core.format.ArchiveFile;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A reader of one array of an NPZ archive: the only array, or the one that the input's fragment
 * names. Entries that are no NPY files are ignored.
 */
public final class NumpyArchive {
  static final String ENTRY_SUFFIX = ".npy";
  private static final int MOST_NAMES_SHOWN = 20;

  private NumpyArchive() {}

  /**
   * Reads an archive.
   *
   * @throws InvalidInputException if it cannot be read, has no such array or several to choose
   *     from, or the array is not of this form: the names are listed
   */
  public static NumberArray read(InputSource source, ArrayForm form, NumpyKinds kinds) {
    long size = source.size();
    try {
      return source.asFile(".npz", file -> read(source, file, size, form, kinds));
    } catch (ZipException | IllegalArgumentException exception) {
      throw source.fault("is no readable NPZ archive: it is truncated or damaged", exception);
    } catch (IOException exception) {
      throw source.fault("cannot be read: the archive is truncated or damaged", exception);
    } catch (OutOfMemoryError error) {
      throw source.tooLarge(error);
    }
  }

  private static NumberArray read(
      InputSource source, Path path, long size, ArrayForm form, NumpyKinds kinds)
      throws IOException {
    try (ZipFile archive = ArchiveFile.open(path)) {
      ZipEntry entry = choose(source, names(archive), archive);
      String name = entry.getName();
      String shown = "array " + OneLine.quote(withoutSuffix(name)) + " ";
      NumpyReader reader = new NumpyReader(form, kinds, what -> source.fault(shown + what));
      long unpacked = entry.getSize();
      long packed = entry.getCompressedSize();
      if (packed > size
          || unpacked < 0
          || unpacked / ZipBytes.BEST_COMPRESSION > packed
          || (entry.getMethod() == ZipEntry.STORED && packed != unpacked)) {
        throw source.fault(
            "%sclaims %s, more than %s can hold: the archive is damaged"
                .formatted(
                    shown, Counted.of(unpacked, "byte"), Counted.of(packed, "compressed byte")));
      }
      CRC32 checksum = new CRC32();
      try (InputStream input = new CheckedInputStream(archive.getInputStream(entry), checksum)) {
        NumberArray array = reader.read(input, unpacked);
        if (checksum.getValue() != entry.getCrc()) {
          throw source.fault(shown + "does not match its checksum: the archive is damaged");
        }
        return array;
      }
    }
  }

  private static List<String> names(ZipFile archive) {
    return archive.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.endsWith(ENTRY_SUFFIX))
        .toList();
  }

  private static ZipEntry choose(InputSource source, List<String> names, ZipFile archive) {
    if (names.isEmpty()) {
      throw source.fault("holds no array; expected an entry whose name ends in .npy");
    }
    String wanted = source.fragment().orElse(null);
    if (wanted == null && names.size() > 1) {
      throw source.fault(
          "holds several arrays: %s; name one of them, such as %s#%s"
              .formatted(
                  shown(names),
                  source.path().map(path -> source.name()).orElse("-"),
                  OneLine.of(withoutSuffix(names.get(0)))));
    }
    String name = names.get(0);
    if (wanted != null) {
      name = names.contains(wanted) ? wanted : wanted + ENTRY_SUFFIX;
      if (!names.contains(name)) {
        throw source.fault("holds no array of that name; it holds " + shown(names));
      }
    }
    if (names.indexOf(name) != names.lastIndexOf(name)) {
      throw source.fault(
          "holds two arrays named " + OneLine.quote(withoutSuffix(name)) + "; expected one");
    }
    ZipEntry entry = archive.getEntry(name);
    if (entry == null) {
      throw source.fault("lists an array that it does not hold: the archive is damaged");
    }
    return entry;
  }

  private static String shown(List<String> names) {
    String first =
        names.stream()
            .limit(MOST_NAMES_SHOWN)
            .map(name -> OneLine.of(withoutSuffix(name)))
            .collect(Collectors.joining(", "));
    return names.size() > MOST_NAMES_SHOWN
        ? first + " and " + (names.size() - MOST_NAMES_SHOWN) + " more"
        : first;
  }

  private static String withoutSuffix(String name) {
    return name.endsWith(ENTRY_SUFFIX)
        ? name.substring(0, name.length() - ENTRY_SUFFIX.length())
        : name;
  }
}
