package web

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"

	"example.com/chat/internal/chat"
)

// uploads sends a picture as a browser's form does.
func (p *person) uploads(name string, picture []byte, accept string) answer {
	p.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="picture"; filename="` + name + `"`},
		"Content-Type":        {"application/octet-stream"},
	})
	if err == nil {
		_, err = part.Write(picture)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return p.do("POST", "/settings/avatar", body.String(), "Content-Type", form.FormDataContentType(), "Accept", accept)
}

// avatar is the id of the person's picture as the next event of the stream tells it that is not one room's.
func (l *listener) avatar() chat.AvatarID {
	l.t.Helper()
	for {
		if f := l.expect("user"); f.data.Room == "" {
			return f.data.Avatar
		}
	}
}

// landscape is red on the left and blue on the right, and wider than high.
func landscape(width, height int) image.Image {
	picture := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.RGBA{255, 0, 0, 255}, color.RGBA{0, 0, 255, 255}})
	for y := range height {
		for x := width / 2; x < width; x++ {
			picture.SetColorIndex(x, y, 1)
		}
	}
	return picture
}

func encoded(t *testing.T, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t *testing.T, picture image.Image) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, picture) })
}

func jpegOf(t *testing.T, picture image.Image) []byte {
	return encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, picture, nil) })
}

// animated is a GIF with several pictures, of which the first counts.
func animated(t *testing.T, pictures ...image.Image) []byte {
	var moving gif.GIF
	for _, picture := range pictures {
		moving.Image, moving.Delay = append(moving.Image, picture.(*image.Paletted)), append(moving.Delay, 1)
	}
	return encoded(t, func(b *bytes.Buffer) error { return gif.EncodeAll(b, &moving) })
}

// aWebP is a picture of one pixel.
const aWebP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="

func TestAPictureOfAnyKindBecomesASquarePNG(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	webp, err := base64.StdEncoding.DecodeString(aWebP)
	if err != nil {
		t.Fatal(err)
	}
	l := grace.listen(stream)
	l.expect("ping")
	seen := map[chat.AvatarID]bool{}
	var before chat.AvatarID
	for name, picture := range map[string][]byte{
		"a.png":  pngOf(t, landscape(300, 200)),
		"a.jpeg": jpegOf(t, landscape(400, 30)),
		"a.gif":  encoded(t, func(b *bytes.Buffer) error { return gif.Encode(b, landscape(20, 90), nil) }),
		"a.webp": webp,
		"b.gif":  animated(t, landscape(3, 3), landscape(3, 2)),
	} {
		ada.uploads(name, picture, "text/html").leadsTo(t, "/settings")
		id := l.avatar()
		if len(id) != 64 || seen[id] {
			t.Fatalf("%s: the avatar is %q", name, id)
		}
		seen[id] = true
		a := grace.get("/avatars/"+string(id)).want(t, 200)
		if a.header.Get("Content-Type") != "image/png" || a.header.Get("X-Content-Type-Options") != "nosniff" ||
			a.header.Get("Cache-Control") != "private, max-age=31536000, immutable" || a.header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: served with %v", name, a.header)
		}
		drawn, err := png.Decode(strings.NewReader(a.body))
		if err != nil || drawn.Bounds().Dx() != 256 || drawn.Bounds().Dy() != 256 {
			t.Errorf("%s: drawn is %v, %v", name, drawn, err)
		}
		s.stranger().get("/avatars/"+string(id)).want(t, 303)
		if before != "" {
			grace.get("/avatars/"+string(before)).want(t, 404) // nobody has it any more
		}
		before = id
	}
	ada.get("/rooms/general").want(t, 200, "/avatars/")
	ada.uploads("", nil, "application/json").want(t, 204) // back to the initials
	if id := l.avatar(); id != "" {
		t.Errorf("the avatar is %q", id)
	}
	grace.get("/avatars/none").want(t, 404)
	grace.get("/avatars/"+strings.Repeat("0", 64)).want(t, 404)
}

func TestProgramsAreToldOfAPictureWhereverPagesShowOne(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	direct := ada.writesTo(grace)
	grace.call("GET", "/people", "").want(t, 200).lacks(t, "avatar") // those who have none
	ada.uploads("a.png", pngOf(t, landscape(30, 20)), "application/json").want(t, 204)
	l := grace.listen(stream)
	l.expect("ping")
	m := ada.says(chat.General, "@Grace")
	id := l.expect("message").data.Message.Author.Avatar
	if len(id) != 64 {
		t.Fatalf("the picture is %q", id)
	}
	ada.call("POST", "/messages/"+string(m.ID)+"/reactions", `{"emoji":"👍"}`).want(t, 200)
	them := `{"id":"` + string(ada.id) + `","name":"Ada","avatar":"` + string(id) + `"}`
	member := strings.Replace(them, `"avatar"`, `"role":"administrator","avatar"`, 1)
	grace.call("GET", "/people", "").want(t, 200, member)
	ada.call("GET", "/me", "").want(t, 200, member)
	grace.call("GET", "/rooms/general", "").want(t, 200, `"author":`+them, `"users":[`+them, member)
	grace.call("GET", "/messages/"+string(m.ID), "").want(t, 200, `"author":`+them)
	grace.call("GET", "/notifications", "").want(t, 200, `"actor":`+them)
	grace.call("GET", roomURL(direct), "").want(t, 200, them)
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	whole := pngOf(t, landscape(300, 200))
	for name, test := range map[string]struct {
		file []byte
		says string
	}{
		"garbage":            {[]byte("no picture at all"), "This is not a picture"},
		"half a picture":     {whole[:len(whole)/2], "This is not a picture"},
		"a vector drawing":   {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "This is not a picture"},
		"a page":             {[]byte("<!doctype html><script>alert(1)</script>"), "This is not a picture"},
		"a bomb":             {bomb(60_000, 60_000), "too many pixels"},
		"a long bomb":        {bomb(1<<30, 1), "too many pixels"},
		"a bomb of overflow": {bomb(1<<31-1, 1<<31-1), ""},
		"nothing wide":       {bomb(0, 100), ""},
		"a claim":            {bomb(100, 100), "This is not a picture"},
		"a long way to draw": {with(jpegOf(t, landscape(30, 20)), bytes.Repeat([]byte{0xff, 0xda, 0, 2}, maxScans)), "too many steps"},
		"a bit over 5 MB":    {append(bytes.Clone(whole), make([]byte, maxPicture)...), "at most 5 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			ada.uploads("a.png", test.file, "text/html").want(t, 422, test.says, "<html")
			ada.uploads("a.png", test.file, "application/json").fails(t, 422, chat.Invalid, "picture")
		})
	}
	ada.uploads("a.png", make([]byte, 6<<20), "application/json").fails(t, 413, chat.TooLarge, "picture")
	ada.uploads("a.png", make([]byte, 6<<20), "text/html").want(t, 413, "A picture can have at most 5 MB.")
	ada.do("POST", "/settings/avatar", "picture=x", "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json").
		fails(t, 422, chat.Invalid, "picture")
	ada.get("/settings").want(t, 200).lacks(t, "/avatars/")
}

// bomb is a PNG that claims a size, and has nothing in it.
func bomb(width, height uint32) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	header = append(binary.BigEndian.AppendUint32(header, height), 8, 6, 0, 0, 0)
	file := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), uint32(len(header)-4))
	file = append(file, header...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(header))
}

func TestNothingOfTheFileIsKept(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	const where = "Exif\x00\x00 N 48.8584 E 2.2945"
	picture := jpegOf(t, landscape(300, 300))
	segment := append([]byte{0xff, 0xe1, 0, byte(len(where) + 2)}, where...)
	picture = append(append(bytes.Clone(picture[:2]), segment...), picture[2:]...)
	if !bytes.Contains(picture, []byte(where)) {
		t.Fatal("the file must say where it was taken, or this proves nothing")
	}
	l := ada.listen(stream)
	l.expect("ping")
	ada.uploads("a.jpeg", append(picture, "<script>alert(1)</script>"...), "application/json").want(t, 204)
	ada.get("/avatars/"+string(l.avatar())).want(t, 200).lacks(t, "Exif", "48.8584", "<script>")
}

func TestANewNameIsSeenEverywhereAtOnce(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	ada.says(chat.General, "hello")
	page, program := grace.record("/events"), grace.listen(stream)
	program.expect("ping")
	ada.submit("/settings/profile", "name", "Ada Lovelace", "status", "  counting \t on it ").leadsTo(t, "/settings")
	if f := program.expect("user"); f.data.User.ID != ada.id || f.data.User.Name != "Ada Lovelace" || f.data.Status != "counting on it" || f.data.Room != chat.General {
		t.Errorf("came %+v", f.data)
	}
	if f := program.expect("user"); f.data.User.Name != "Ada Lovelace" || f.data.Room != "" {
		t.Errorf("as an insider Grace is told %+v", f.data)
	}
	page.awaits("Ada Lovelace")
	grace.get("/rooms/general").want(t, 200, "Ada Lovelace", "counting on it")
	grace.call("GET", "/rooms/general", "").want(t, 200, `"author":{"id":"`+string(ada.id)+`","name":"Ada Lovelace"}`)

	ada.call("POST", "/settings/profile", `{"status":""}`).want(t, 204)
	for range 2 {
		if f := program.expect("user"); f.data.Status != "" || f.data.User.Name != "Ada Lovelace" {
			t.Errorf("came %+v", f.data)
		}
	}
	ada.call("POST", "/settings/profile", `{}`).want(t, 204) // nothing is changed, and nothing told
	for body, field := range map[string]string{
		`{"name":""}`: "name", `{"name":"GRACE"}`: "name", `{"name":"` + strings.Repeat("x", 41) + `"}`: "name",
		`{"status":"` + strings.Repeat("x", chat.MaxStatus+1) + `"}`: "status", `{"status":"a\u202eb"}`: "status",
	} {
		ada.call("POST", "/settings/profile", body).fails(t, 422, chat.Invalid, field)
	}
	ada.submit("/settings/profile", "name", "Grace").want(t, 422, "taken", "<html")
	s.stranger().submit("/login", "name", "Ada", "password", password).want(t, 422)
	s.stranger().submit("/login", "name", "ada lovelace", "password", password).leadsTo(t, "/")
	ada.says(chat.General, "that was all")
	program.expect("message")
}

func TestPreferencesAreOnesOwn(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	ada.call("POST", "/settings/preferences", `{"quiet_from":"22:00","quiet_to":"7:30","zone":"Europe/Berlin","receipts":true}`).want(t, 204)
	ada.get("/settings").want(t, 200, "22:00", "07:30", "Europe/Berlin")
	ada.submit("/settings/preferences").leadsTo(t, "/settings")
	ada.get("/settings").want(t, 200).lacks(t, "22:00")
	for body, field := range map[string]string{
		`{"quiet_from":"22:00"}`: "quiet_to", `{"quiet_to":"22:00"}`: "quiet_to", `{"quiet_from":"25:00","quiet_to":"07:00"}`: "quiet_from",
		`{"zone":"Mars/Base"}`: "zone", `{"zone":"../../etc/passwd"}`: "zone",
	} {
		ada.call("POST", "/settings/preferences", body).fails(t, 422, chat.Invalid, field)
	}
	ada.submit("/settings/preferences", "zone", "Mars/Base").want(t, 422, "time zone", `value="Mars/Base"`)
}

func TestAnAccountIsClosedByItsOwner(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	grace.says(chat.General, "I was here")
	l := grace.listen(stream)
	l.expect("ping")
	a := grace.submit("/settings/close").leadsTo(t, "/login")
	if !strings.Contains(a.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("the cookie stays: %v", a.header)
	}
	if f := l.next(); f.name != "bye" {
		t.Errorf("came %+v", f)
	}
	grace.call("GET", "/me", "").want(t, 401)
	s.stranger().submit("/login", "name", "Grace", "password", password).want(t, 403, "This account is closed. Ask an administrator.")
	ada.get("/rooms/general").want(t, 200, "I was here", "Grace")
	ada.call("POST", "/settings/close", "").fails(t, 403, chat.Forbidden, "")
	ada.call("GET", "/me", "").want(t, 200)
	s.stranger().call("POST", "/signup", `{"name":"Grace","password":"`+password+`"}`).fails(t, 422, chat.Invalid, "name") // nobody takes her place
}
