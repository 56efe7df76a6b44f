package io.atelier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One person, product or style.
 *
 * @param classNoun what it is, e.g. woman
 * @param trigger the word that stands for it in prompts
 * @param consent reference of the consent, null if none was given
 * @param photos photos that came in, the best first; of very many some
 * @param counts how many there are
 * @param adapter its training, null if none was tried
 * @param losses curve of its training, first and last step among them; empty if there was none
 * @param pictures every picture that was asked for
 */
public record SubjectReport(
    String name,
    String classNoun,
    String trigger,
    String consent,
    List<PhotoReport> photos,
    PhotoCounts counts,
    AdapterReport adapter,
    List<LossPoint> losses,
    List<PictureReport> pictures) {

  /** Copies the lists. */
  public SubjectReport {
    photos = List.copyOf(photos);
    losses = List.copyOf(losses);
    pictures = List.copyOf(pictures);
  }

  /** With all photos. */
  public SubjectReport(
      String name,
      String classNoun,
      String trigger,
      String consent,
      List<PhotoReport> photos,
      AdapterReport adapter,
      List<LossPoint> losses,
      List<PictureReport> pictures) {
    this(
        name,
        classNoun,
        trigger,
        consent,
        photos,
        PhotoCounts.of(photos),
        adapter,
        losses,
        pictures);
  }

  boolean trained() {
    return adapter != null && adapter.outcome() == Outcome.DONE;
  }

  List<PhotoReport> accepted() {
    return photos.stream().filter(PhotoReport::accepted).toList();
  }

  List<PhotoReport> refused() {
    return photos.stream().filter(photo -> !photo.accepted()).toList();
  }

  /** The photo that stands for the subject: the first accepted one. */
  Optional<PhotoReport> portrait() {
    return photos.stream().filter(PhotoReport::accepted).findFirst();
  }

  /** The pictures of one look; the one that stands for the look is first: the most like. */
  List<PictureReport> of(LookReport look) {
    List<PictureReport> all = pictures.stream().filter(p -> p.shows(look)).toList();
    return all.stream()
        .filter(p -> p.outcome() == Outcome.DONE)
        // Of equal ones the first.
        .reduce((best, next) -> next.goodness() > best.goodness() ? next : best)
        .map(best -> first(best, all))
        .orElse(all);
  }

  private static List<PictureReport> first(PictureReport best, List<PictureReport> all) {
    List<PictureReport> sorted = new ArrayList<>(all);
    sorted.remove(best);
    sorted.add(0, best);
    return sorted;
  }

  long made() {
    return pictures.stream().filter(p -> p.outcome() == Outcome.DONE).count();
  }
}
