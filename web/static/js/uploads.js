// boundUploads has fields for files refuse those of more megabytes than data-most says: what is much too large the
// server does not even read, and then browsers tell of nothing but a lost connection.
export function boundUploads() {
  document.addEventListener("change", ({ target }) => {
    const { files, dataset: { most } } = target
    if (!files || !most) return
    const tooLarge = [...files].some(file => file.size > Number(most) * 2 ** 20)
    target.setCustomValidity(tooLarge ? `This file is larger than ${most} MB.` : "")
    target.reportValidity()
  })
}
