package web

import (
	"encoding/binary"
	"image"
)

// orientation is how a picture is to be turned before it is shown, as the tag of that name in EXIF says (TIFF 6.0,
// p. 36): 1 as it is, 3 by half a turn, 6 and 8 by a quarter, the others mirrored, too.
type orientation uint16

// orientationOf finds the orientation of a JPEG; 1 if it says none that can be understood. Cameras put it among the
// segments before the picture itself.
func orientationOf(file []byte) orientation {
	if len(file) < 2 || file[0] != 0xff || file[1] != 0xd8 {
		return 1
	}
	for rest := file[2:]; len(rest) >= 4 && rest[0] == 0xff; {
		if rest[1] == 0xff { // filling
			rest = rest[1:]
			continue
		}
		marker, length := rest[1], 2+int(binary.BigEndian.Uint16(rest[2:]))
		if marker == 0xda || length < 4 || length > len(rest) { // the picture begins
			break
		}
		if exif, ok := cutExif(rest[4:length]); ok && marker == 0xe1 {
			return orientationInExif(exif)
		}
		rest = rest[length:]
	}
	return 1
}

func cutExif(segment []byte) ([]byte, bool) {
	const name = "Exif\x00\x00"
	if len(segment) < len(name) || string(segment[:len(name)]) != name {
		return nil, false
	}
	return segment[len(name):], true
}

// orientationInExif looks for the tag in the first of the directories: others are about thumbnails.
func orientationInExif(exif []byte) orientation {
	const tag, short, entry = 0x0112, 3, 12
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(exif[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(exif[4:]))
	if at+2 > uint64(len(exif)) {
		return 1
	}
	entries := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(entries) < entry {
			break
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if o := orientation(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			break
		}
		entries = entries[entry:]
	}
	return 1
}

// turned is a square picture as it is to be seen.
func turned(picture *image.RGBA, o orientation) *image.RGBA {
	if o <= 1 || o > 8 {
		return picture
	}
	to := image.NewRGBA(picture.Bounds())
	last := picture.Bounds().Dx() - 1
	for y := range last + 1 {
		for x := range last + 1 {
			fromX, fromY := x, y
			if o >= 5 { // rows were stored as columns
				fromX, fromY = y, x
			}
			if o == 2 || o == 3 || o == 7 || o == 8 {
				fromX = last - fromX
			}
			if o == 3 || o == 4 || o == 6 || o == 7 {
				fromY = last - fromY
			}
			to.SetRGBA(x, y, picture.RGBAAt(fromX, fromY))
		}
	}
	return to
}
